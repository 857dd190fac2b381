package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * The consortium, on the site that is its anchor: who is a member, which marks it has, and the feed
 * of changes by which other sites hear of it at once. Every change is audited in its transaction.
 * Thread-safe; blocks.
 */
public final class Consortium {
  private static final Pattern SLUG = Pattern.compile("[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?");
  private static final int LONGEST_TEXT = 200;
  private static final int LONGEST_WHY = 500;

  /** How often a member may have all others look at it. */
  private static final Duration RENEWED_EVERY = Duration.ofSeconds(1);

  private final Database database;
  private final AuditLog audit;
  private final TrustOptions options;
  private final Clock clock;
  private final Supplier<UUID> ids;
  private final MarkTypes types;
  private final ChangeBell bell = new ChangeBell();
  private final Map<String, Instant> renewed = new ConcurrentHashMap<>();

  Consortium(
      Database database, AuditLog audit, TrustOptions options, Clock clock, Supplier<UUID> ids) {
    database.migrate("federation");
    this.database = database;
    this.audit = audit;
    this.options = options;
    this.clock = clock;
    this.ids = ids;
    this.types = new MarkTypes(options.anchor());
  }

  /** What a site is to the consortium. */
  public enum MemberKind {
    /** It brings engines. */
    CONTRIBUTOR,
    /** It only consumes. */
    BENEFICIARY;

    /** As it is written. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A member.
   *
   * @param siteId its id, unique in the consortium
   * @param entityId its entity id
   * @param name for people
   * @param organization whose site it is
   * @param keys the kids of its keys
   * @param admittedAt since when
   * @param suspendedAt since when it is out for the time being, if it is
   * @param why why it is, for people
   * @param marks what it was granted and still has
   * @param version for changes that expect it
   */
  public record Member(
      String siteId,
      String entityId,
      String name,
      String organization,
      List<String> keys,
      Instant admittedAt,
      Optional<Instant> suspendedAt,
      Optional<String> why,
      List<Grant> marks,
      long version) {
    /** Copies. */
    public Member {
      keys = List.copyOf(keys);
      marks = List.copyOf(marks);
    }
  }

  /** A mark that was granted; {@code expires} is when it has to be granted anew. */
  public record Grant(String id, String type, Instant issuedAt, Optional<Instant> expires) {}

  /**
   * Who is to be admitted.
   *
   * @param entityId its entity id
   * @param siteId its id in the consortium: lower-case letters, digits and {@code -}
   * @param name for people
   * @param organization whose site it is, in the same form as the id
   * @param kind contributor or beneficiary
   */
  public record Admission(
      String entityId, String siteId, String name, String organization, MemberKind kind) {}

  /** One line of the feed. */
  record Change(long sequence, String entityId, String kind, Optional<String> markType) {}

  /** The feed from some place on. */
  record Changes(String epoch, long last, List<Change> changes) {}

  // ---------------------------------------------------------------- the consortium itself

  /** Whether this site is the anchor of a consortium that was founded. */
  public boolean founded() {
    return options.isAnchor()
        && database.<Boolean, RuntimeException>read(
            handle -> ConsortiumRows.epoch(handle).isPresent());
  }

  /**
   * Founds the consortium with this site as its first member.
   *
   * @throws DirectoryException when it exists, or {@code federation.anchor} is another entity
   */
  public void found(Actor actor, MemberKind kind, JWKSet ownKeys) {
    if (!options.isAnchor()) {
      throw new DirectoryException(
          Kind.CONFLICT,
          "federation.anchor: "
              + options.anchor()
              + " (expected: "
              + options.entityId()
              + ", this site's own entity, or none)");
    }
    write(
        handle -> {
          if (ConsortiumRows.epoch(handle).isPresent()) {
            throw new DirectoryException(Kind.EXISTS, "the consortium was founded already");
          }
          ConsortiumRows.found(handle, ids.get().toString(), clock.millis());
          Admission own =
              new Admission(
                  options.entityId(),
                  options.site().id(),
                  options.site().name(),
                  options.site().organization(),
                  kind);
          insert(handle, checked(own), ownKeys);
          log(handle, actor, "consortium.found", options.entityId(), Map.of());
          return true;
        });
  }

  // ---------------------------------------------------------------- members

  /** All members by site id, those that are suspended too. */
  public List<Member> members() {
    return database.read(ConsortiumRows::members);
  }

  /** A member by its site id. */
  public Optional<Member> member(String siteId) {
    return database.read(handle -> ConsortiumRows.member(handle, siteId));
  }

  Optional<Member> memberOf(String entityId) {
    return database.read(handle -> ConsortiumRows.memberOf(handle, entityId));
  }

  Optional<JWKSet> keysOf(String entityId) {
    return database.read(handle -> ConsortiumRows.keys(handle, entityId));
  }

  /**
   * Admits a site with the keys that it has, or takes the new keys of one that was admitted and has
   * lost its former ones.
   *
   * @param keys as the entity's configuration shows them, seen by somebody who answers for them
   * @throws DirectoryException when a value has not its form, or the id or entity is another's
   */
  Member admit(Actor actor, Admission admission, JWKSet keys) {
    Admission checked = checked(admission);
    return write(
        handle -> {
          demandFounded(handle);
          Optional<Member> there = ConsortiumRows.memberOf(handle, checked.entityId);
          Map<String, String> details = new LinkedHashMap<>();
          details.put("entity", checked.entityId);
          details.put("keys", String.join(" ", ConsortiumRows.kids(keys)));
          if (there.isPresent() && there.get().siteId.equals(checked.siteId)) {
            ConsortiumRows.keys(handle, checked.entityId, keys, clock.millis());
            change(handle, checked.entityId, "keys", Optional.empty());
            log(handle, actor, "consortium.rekey", checked.siteId, details);
          } else {
            boolean taken =
                there.isPresent() || ConsortiumRows.member(handle, checked.siteId).isPresent();
            if (taken) {
              throw new DirectoryException(
                  Kind.EXISTS, "the site's id or its entity belongs to another member");
            }
            insert(handle, checked, keys);
            details.put("organization", checked.organization);
            details.put("kind", checked.kind.word());
            log(handle, actor, "consortium.admit", checked.siteId, details);
          }
          return found(handle, checked.siteId);
        });
  }

  private void insert(Handle handle, Admission admission, JWKSet keys) {
    long now = clock.millis();
    ConsortiumRows.insert(handle, admission, keys, now);
    for (String type : List.of(types.member(), types.kind(admission.kind.word()))) {
      ConsortiumRows.grant(handle, ids.get().toString(), admission.siteId, type, now, null);
    }
    change(handle, admission.entityId, "admitted", Optional.empty());
  }

  /** Puts a member out for the time being; connected sites hear of it at once. */
  public Member suspend(Actor actor, String siteId, String why, Optional<Long> expected) {
    text("why", why, LONGEST_WHY);
    return write(
        handle -> {
          Member member = expected(found(handle, siteId), expected);
          if (member.suspendedAt.isPresent()) {
            throw new DirectoryException(Kind.CONFLICT, siteId + " is suspended already");
          }
          ConsortiumRows.suspend(handle, siteId, clock.millis(), why);
          change(handle, member.entityId, "suspended", Optional.empty());
          log(handle, actor, "consortium.suspend", siteId, Map.of("why", why));
          return found(handle, siteId);
        });
  }

  /** Lets a suspended member in again. */
  public Member resume(Actor actor, String siteId, Optional<Long> expected) {
    return write(
        handle -> {
          Member member = expected(found(handle, siteId), expected);
          if (member.suspendedAt.isEmpty()) {
            throw new DirectoryException(Kind.CONFLICT, siteId + " is not suspended");
          }
          ConsortiumRows.resume(handle, siteId);
          change(handle, member.entityId, "resumed", Optional.empty());
          log(handle, actor, "consortium.resume", siteId, Map.of());
          return found(handle, siteId);
        });
  }

  /**
   * Takes a member's new keys, which it has signed with a former one.
   *
   * @param issuedAt when it asked: what was asked for earlier is not taken back by a replay
   */
  void rekey(String entityId, JWKSet keys, Instant issuedAt) {
    write(
        handle -> {
          boolean newer =
              ConsortiumRows.keysAt(handle, entityId)
                  .filter(at -> at < issuedAt.toEpochMilli())
                  .isPresent();
          Optional<JWKSet> former = ConsortiumRows.keys(handle, entityId);
          boolean other =
              former
                  .filter(known -> !Set.copyOf(known.getKeys()).equals(Set.copyOf(keys.getKeys())))
                  .isPresent();
          if (newer && other) {
            ConsortiumRows.keys(handle, entityId, keys, issuedAt.toEpochMilli());
            change(handle, entityId, "keys", Optional.empty());
            log(
                handle,
                Actor.system("federation"),
                "consortium.rekey",
                entityId,
                Map.of("keys", String.join(" ", ConsortiumRows.kids(keys))));
          }
          return newer;
        });
  }

  /** A member shows something new: others look at it again, if it does not say so too often. */
  void renewed(String entityId) {
    Instant now = clock.instant();
    Instant last = renewed.getOrDefault(entityId, Instant.EPOCH);
    if (now.isAfter(last.plus(RENEWED_EVERY))) {
      renewed.put(entityId, now);
      write(
          handle -> {
            change(handle, entityId, "renewed", Optional.empty());
            return true;
          });
    }
  }

  // ---------------------------------------------------------------- marks

  /**
   * Grants a mark.
   *
   * @param word {@code member}, {@code contributor}, {@code beneficiary} or {@code label:NAME}
   * @param lifetime after which it has to be granted anew
   */
  public Member mark(
      Actor actor,
      String siteId,
      String word,
      Optional<Duration> lifetime,
      Optional<Long> expected) {
    String type = type(word);
    return write(
        handle -> {
          Member member = expected(found(handle, siteId), expected);
          Instant now = clock.instant();
          Optional<Instant> until = lifetime.map(now::plus);
          ConsortiumRows.revoke(handle, siteId, type, now.toEpochMilli());
          ConsortiumRows.grant(
              handle,
              ids.get().toString(),
              siteId,
              type,
              now.toEpochMilli(),
              until.map(Instant::toEpochMilli).orElse(null));
          ConsortiumRows.touch(handle, siteId);
          change(handle, member.entityId, "marked", Optional.of(type));
          Map<String, String> details = new LinkedHashMap<>(Map.of("mark", type));
          until.ifPresent(at -> details.put("until", at.toString()));
          log(handle, actor, "consortium.mark", siteId, details);
          return found(handle, siteId);
        });
  }

  /** Takes a mark back; connected sites hear of it at once. */
  public Member revoke(Actor actor, String siteId, String word, Optional<Long> expected) {
    String type = type(word);
    return write(
        handle -> {
          Member member = expected(found(handle, siteId), expected);
          if (ConsortiumRows.revoke(handle, siteId, type, clock.millis()) == 0) {
            throw new DirectoryException(Kind.NOT_FOUND, siteId + " has no mark " + word);
          }
          ConsortiumRows.touch(handle, siteId);
          change(handle, member.entityId, "revoked", Optional.of(type));
          log(handle, actor, "consortium.revoke", siteId, Map.of("mark", type));
          return found(handle, siteId);
        });
  }

  private String type(String word) {
    return types
        .ofWord(word)
        .orElseThrow(
            () ->
                DirectoryException.invalid(
                    "mark",
                    AddressRules.shown(word),
                    "member, contributor, beneficiary or label:NAME"));
  }

  /** The types of all marks that were ever granted: those that the anchor stands for. */
  List<String> markTypes() {
    return database.read(ConsortiumRows::markTypes);
  }

  /** What became of a mark: {@code active}, {@code expired}, {@code revoked}, {@code invalid}. */
  String status(String grantId) {
    return database.read(handle -> ConsortiumRows.status(handle, grantId, clock.millis()));
  }

  // ---------------------------------------------------------------- the feed

  /** Says that this site's own keys have changed. */
  void ownKeysChanged(JWKSet keys) {
    write(
        handle -> {
          if (ConsortiumRows.epoch(handle).isPresent()) {
            ConsortiumRows.keys(handle, options.entityId(), keys, clock.millis());
            change(handle, options.entityId(), "keys", Optional.empty());
          }
          return true;
        });
  }

  /** The changes after one, at most 500; empty when there is no consortium. */
  Optional<Changes> changes(long after) {
    return database.read(handle -> ConsortiumRows.changes(handle, after));
  }

  /** Waits until there may be changes after one, at most {@code limit}. */
  void await(long after, Duration limit) throws InterruptedException {
    bell.await(after, limit);
  }

  private void change(Handle handle, String entityId, String kind, Optional<String> markType) {
    ConsortiumRows.change(handle, clock.millis(), entityId, kind, markType);
  }

  // ---------------------------------------------------------------- rules

  private static void demandFounded(Handle handle) {
    if (ConsortiumRows.epoch(handle).isEmpty()) {
      throw new DirectoryException(
          Kind.CONFLICT, "there is no consortium here (archipel consortium init founds it)");
    }
  }

  private static Member found(Handle handle, String siteId) {
    return ConsortiumRows.member(handle, siteId)
        .orElseThrow(
            () ->
                new DirectoryException(
                    Kind.NOT_FOUND, "member " + AddressRules.shown(siteId) + " does not exist"));
  }

  private static Member expected(Member member, Optional<Long> version) {
    version
        .filter(wanted -> wanted != member.version)
        .ifPresent(
            _ -> {
              throw new DirectoryException(
                  Kind.CONFLICT_VERSION, member.siteId + " was changed meanwhile");
            });
    return member;
  }

  private Admission checked(Admission admission) {
    slug("site_id", admission.siteId);
    slug("organization", admission.organization);
    text("name", admission.name, LONGEST_TEXT);
    try {
      options.rules().entityId(admission.entityId);
    } catch (DistrustException e) {
      throw new DirectoryException(Kind.INVALID, "entity_id: " + e.getMessage());
    }
    return admission;
  }

  private static void slug(String field, String value) {
    if (!SLUG.matcher(value).matches()) {
      throw DirectoryException.invalid(
          field, AddressRules.shown(value), "1 to 64 of a-z, 0-9 and -");
    }
  }

  private static void text(String field, String value, int longest) {
    if (value.isBlank() || value.length() > longest) {
      throw DirectoryException.invalid(
          field, value.length() + " characters", "1 to " + longest + " characters");
    }
  }

  private void log(
      Handle handle, Actor actor, String action, String subject, Map<String, String> details) {
    audit.append(handle, new AuditEntry(actor, action, subject, Optional.empty(), details));
  }

  private interface Work<T> {
    T with(Handle handle);
  }

  private <T> T write(Work<T> work) {
    T result = database.<T, RuntimeException>write(work::with);
    bell.ring(database.<Long, RuntimeException>read(ConsortiumRows::lastChange));
    return result;
  }
}
