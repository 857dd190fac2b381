package org.archipel.directory.access;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * Who is signed in, in the store: sessions outlive a restart, and a stolen database opens none of
 * them. Thread-safe; every method blocks on the database.
 */
public final class Sessions {
  private static final String PURPOSE = "id-token";

  /** How exact the last use is: a page that asks often does not write each time. */
  private static final long LAST_USE_STEP_MILLIS = 30_000;

  private final Database database;
  private final SessionLimits limits;
  private final SiteKey key;
  private final Clock clock;
  private final SecureRandom random;

  /** Needs the directory's tables: the directory has to be open. */
  public Sessions(
      Database database, SessionLimits limits, SiteKey key, Clock clock, SecureRandom random) {
    this.database = database;
    this.limits = limits;
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /**
   * How a person signed in.
   *
   * @param provider the provider's id
   * @param sid what the provider calls its own session, for logout from there
   * @param idToken the token that it gave
   */
  public record By(String provider, Optional<String> sid, String idToken) {
    /** Without the token. */
    @Override
    public String toString() {
      return "By[" + provider + "]";
    }
  }

  /**
   * Begins a session of a person.
   *
   * @return its token, for the browser's cookie: always a new one
   */
  public String open(String person, By by) {
    return insert(Optional.of(person), Optional.of(by));
  }

  /** Begins a session of the administrator. */
  public String openForAdministrator() {
    return insert(Optional.empty(), Optional.empty());
  }

  private String insert(Optional<String> person, Optional<By> by) {
    String token = Draws.secret(random);
    long now = clock.millis();
    Optional<String> sealed = by.map(one -> key.seal(PURPOSE, one.idToken()));
    database.write(
        handle -> {
          removeOver(handle, now);
          return handle
              .createUpdate(
                  "INSERT INTO session (token_sha256, person, provider, provider_sid,"
                      + " sealed_token, created_at, last_used_at) VALUES (:hash, :person,"
                      + " :provider, :sid, :sealed, :now, :now)")
              .bind("hash", Draws.hash(token))
              .bind("person", person)
              .bind("provider", by.map(By::provider))
              .bind("sid", by.flatMap(By::sid))
              .bind("sealed", sealed)
              .bind("now", now)
              .execute();
        });
    return token;
  }

  private void removeOver(Handle handle, long now) {
    handle.execute(
        "DELETE FROM session WHERE created_at <= ? OR last_used_at <= ?",
        now - limits.absolute().toMillis(),
        now - limits.idle().toMillis());
  }

  /** The session of a browser's token, while its time is not over; being asked for is use. */
  public Optional<Session> find(String token) {
    String hash = Draws.hash(token);
    long now = clock.millis();
    Optional<Row> row = database.read(handle -> row(handle, hash));
    if (row.isEmpty()) {
      return Optional.empty();
    }
    long created = row.get().session.createdAt().toEpochMilli();
    long unused = now - row.get().lastUsedMillis;
    if (now - created >= limits.absolute().toMillis() || unused >= limits.idle().toMillis()) {
      close(token);
      return Optional.empty();
    }
    if (unused >= LAST_USE_STEP_MILLIS) {
      database.write(
          handle ->
              handle.execute(
                  "UPDATE session SET last_used_at = ? WHERE token_sha256 = ?", now, hash));
    }
    return Optional.of(row.get().session);
  }

  private Optional<Row> row(Handle handle, String hash) {
    return handle
        .createQuery(
            "SELECT person, provider, sealed_token, created_at, last_used_at FROM session"
                + " WHERE token_sha256 = :hash")
        .bind("hash", hash)
        .map(
            (row, context) ->
                new Row(
                    new Session(
                        Optional.ofNullable(row.getString("person")),
                        Optional.ofNullable(row.getString("provider")),
                        Optional.ofNullable(row.getString("sealed_token"))
                            .flatMap(text -> key.open(PURPOSE, text)),
                        Instant.ofEpochMilli(row.getLong("created_at"))),
                    row.getLong("last_used_at")))
        .findOne();
  }

  private record Row(Session session, long lastUsedMillis) {}

  /** Ends a session; nothing happens when there is none. */
  public void close(String token) {
    database.write(
        handle -> handle.execute("DELETE FROM session WHERE token_sha256 = ?", Draws.hash(token)));
  }

  /** Ends the sessions that came of one session at a provider; how many they were. */
  public int closeOfProviderSession(String provider, String sid) {
    return database.write(
        handle ->
            handle.execute(
                "DELETE FROM session WHERE provider = ? AND provider_sid = ?", provider, sid));
  }

  /** Ends all sessions of a person that came by a provider; how many they were. */
  public int closeOfPerson(String provider, String issuer, String subject) {
    return database.write(
        handle ->
            handle.execute(
                "DELETE FROM session WHERE provider = ? AND person IN"
                    + " (SELECT id FROM person WHERE issuer = ? AND subject = ?)",
                provider,
                issuer,
                subject));
  }
}
