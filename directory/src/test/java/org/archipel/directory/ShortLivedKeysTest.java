package org.archipel.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys for one request: good once, for a minute, and no better than the project's own. */
final class ShortLivedKeysTest {
  @TempDir private Path folder = Path.of(".");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-20T10:00:00Z"));
  private final Clock clock = ((InstantSource) now::get).withZone(ZoneOffset.UTC);

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private Directory directory;

  @SuppressWarnings("NullAway.Init")
  private ShortLivedKeys keys;

  @BeforeEach
  void open() {
    database = Database.open(TestDatabase.url(folder));
    directory = new Directory(database, new AuditLog(database, clock), clock, new SecureRandom());
    directory.createOrganization(Actor.token(), "insa");
    directory.createProject(Actor.token(), "insa", "chat");
    keys = new ShortLivedKeys(directory.keyRing(), directory, clock, new SecureRandom());
  }

  @AfterEach
  void close() {
    directory.close();
    database.close();
  }

  @Test
  void aKeyIsGoodOnceAndNamesProjectAndPerson() {
    String key = keys.issue("insa", "chat", Optional.of("p-1"));
    assertThat(keys.check(key))
        .isInstanceOfSatisfying(
            KeyCheck.Accepted.class,
            accepted -> {
              assertThat(accepted.caller().organization()).isEqualTo("insa");
              assertThat(accepted.caller().project()).isEqualTo("chat");
              assertThat(accepted.caller().person()).contains("p-1");
              assertThat(accepted.caller().key()).isEqualTo(ShortLivedKeys.KEY);
            });
    assertThat(keys.check(key)).isEqualTo(KeyCheck.Rejected.UNKNOWN);
  }

  @Test
  void aKeyThatWaitedForAMinuteIsOver() {
    String key = keys.issue("insa", "chat", Optional.empty());
    now.updateAndGet(at -> at.plus(Duration.ofMinutes(1)));
    assertThat(keys.check(key)).isEqualTo(KeyCheck.Rejected.EXPIRED);
  }

  @Test
  void aKeyIsNoWayAroundSuspensionAndArchive() {
    String first = keys.issue("insa", "chat", Optional.empty());
    directory.projects().archive(Actor.token(), "insa", "chat", OptionalLong.empty());
    assertThat(keys.check(first)).isEqualTo(KeyCheck.Rejected.ARCHIVED);
    assertThat(keys.check(keys.issue("nobody", "x", Optional.empty())))
        .isEqualTo(KeyCheck.Rejected.SUSPENDED);
  }

  @Test
  void allOtherKeysAreTheDirectorys() {
    NewKey made =
        directory.createKey(Actor.token(), "insa", "chat", Optional.empty(), Optional.empty());
    assertThat(keys.check(made.secret())).isInstanceOf(KeyCheck.Accepted.class);
    assertThat(keys.check(made.secret())).isInstanceOf(KeyCheck.Accepted.class);
    assertThat(keys.check("once-0")).isEqualTo(KeyCheck.Rejected.UNKNOWN);
    assertThat(keys.check("")).isEqualTo(KeyCheck.Rejected.UNKNOWN);
  }
}
