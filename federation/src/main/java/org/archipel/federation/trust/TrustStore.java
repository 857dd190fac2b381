package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/** What this site keeps of those it trusts, for when nobody can be asked. Thread-safe; blocks. */
final class TrustStore {
  private static final Actor ACTOR = Actor.system("federation");

  private final Database database;
  private final AuditLog audit;
  private final Clock clock;

  TrustStore(Database database, AuditLog audit, Clock clock) {
    database.migrate("federation");
    this.database = database;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * A chain that was verified once.
   *
   * @param texts its statements
   * @param marks the types of the marks that held
   */
  record KeptChain(String entityId, List<String> texts, Set<String> marks, boolean suspended) {}

  /** What is known of the anchor: its keys and how far its changes were followed. */
  record KeptAnchor(String pin, JWKSet keys, String epoch, long lastChange) {}

  List<KeptChain> chains() {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT entity_id, chain, marks, suspended FROM federation_entity")
                .map(
                    (row, context) ->
                        new KeptChain(
                            row.getString("entity_id"),
                            row.getString("chain").lines().toList(),
                            Set.copyOf(row.getString("marks").lines().toList()),
                            row.getInt("suspended") == 1))
                .list());
  }

  void keep(String entityId, Chain chain, Set<String> marks) {
    String texts =
        String.join("\n", chain.statements().stream().map(EntityStatement::compact).toList());
    this.<RuntimeException>write(
        handle -> {
          handle.execute("DELETE FROM federation_entity WHERE entity_id = ?", entityId);
          handle
              .createUpdate(
                  "INSERT INTO federation_entity (entity_id, chain, marks, checked_at, suspended)"
                      + " VALUES (:entity, :chain, :marks, :at, 0)")
              .bind("entity", entityId)
              .bind("chain", texts)
              .bind("marks", String.join("\n", marks.stream().sorted().toList()))
              .bind("at", clock.millis())
              .execute();
        });
  }

  /** Remembers that an entity is out, for a start while the anchor is away. */
  void suspend(String entityId) {
    this.<RuntimeException>write(
        handle ->
            handle.execute(
                "UPDATE federation_entity SET suspended = 1 WHERE entity_id = ?", entityId));
  }

  void forget(String entityId) {
    this.<RuntimeException>write(
        handle -> handle.execute("DELETE FROM federation_entity WHERE entity_id = ?", entityId));
  }

  /** Puts a decision about another entity into the audit log. */
  void decided(String action, String entityId, Map<String, String> details) {
    this.<RuntimeException>write(
        handle ->
            audit.append(
                handle, new AuditEntry(ACTOR, action, entityId, Optional.empty(), details)));
  }

  Optional<KeptAnchor> anchor(String anchor) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT pin, jwks, epoch, last_change FROM federation_anchor WHERE anchor ="
                        + " :anchor")
                .bind("anchor", anchor)
                .map(
                    (row, context) ->
                        new KeptAnchor(
                            row.getString("pin"),
                            jwks(row.getString("jwks")),
                            row.getString("epoch"),
                            row.getLong("last_change")))
                .findOne());
  }

  void keep(String anchor, KeptAnchor known) {
    this.<RuntimeException>write(
        handle -> {
          handle.execute("DELETE FROM federation_anchor WHERE anchor = ?", anchor);
          handle.execute(
              "INSERT INTO federation_anchor (anchor, pin, jwks, epoch, last_change)"
                  + " VALUES (?, ?, ?, ?, ?)",
              anchor,
              known.pin(),
              known.keys().toString(true),
              known.epoch(),
              known.lastChange());
        });
  }

  Map<String, String> ownMarks() {
    return database.read(
        handle -> {
          Map<String, String> marks = new HashMap<>();
          handle
              .createQuery("SELECT mark_type, mark FROM federation_own_mark")
              .map((row, context) -> List.of(row.getString("mark_type"), row.getString("mark")))
              .forEach(pair -> marks.put(pair.getFirst(), pair.getLast()));
          return marks;
        });
  }

  void keepOwn(Map<String, String> marks) {
    this.<RuntimeException>write(
        handle -> {
          handle.execute("DELETE FROM federation_own_mark");
          marks.forEach(
              (type, mark) ->
                  handle.execute(
                      "INSERT INTO federation_own_mark (mark_type, mark) VALUES (?, ?)",
                      type,
                      mark));
        });
  }

  Instant now() {
    return clock.instant();
  }

  private interface Work<X extends Exception> {
    void with(Handle handle) throws X;
  }

  private <X extends Exception> void write(Work<X> work) throws X {
    database.<Boolean, X>write(
        handle -> {
          work.with(handle);
          return true;
        });
  }

  static JWKSet jwks(String text) {
    try {
      return JWKSet.parse(text);
    } catch (ParseException e) {
      throw new IllegalStateException("the database has keys that are none", e);
    }
  }
}
