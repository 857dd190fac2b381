package org.archipel.directory;

import static org.archipel.directory.DirectoryHarness.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.archipel.storage.Actor;
import org.archipel.storage.Database;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LastUseTest {
  @TempDir Path folder;
  private DirectoryHarness harness;

  @BeforeEach
  void open() {
    harness = new DirectoryHarness(folder);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  @Test
  void aCheckIsRememberedButWritesNothing() {
    NewKey key = harness.firstKey();
    assertThat(listed(key)).isEmpty();
    harness.clock.pass(Duration.ofHours(1));
    Instant used = harness.clock.instant();
    assertThat(harness.check(key)).isEqualTo(accepted(key));
    assertThat(listed(key)).contains(used);
    assertThat(stored(key)).isZero();
    harness.directory().saveLastUses();
    assertThat(stored(key)).isEqualTo(used.toEpochMilli());
  }

  @Test
  void closingSavesIt() {
    NewKey key = harness.firstKey();
    harness.clock.pass(Duration.ofHours(1));
    Instant used = harness.clock.instant();
    assertThat(harness.check(key)).isEqualTo(accepted(key));
    harness.reopen();
    assertThat(listed(key)).contains(used);
  }

  @Test
  void refusedChecksAreNoUse() {
    NewKey key = harness.firstKey();
    harness.directory().keyRing().check(key.secret().substring(0, 17) + "0".repeat(32));
    harness.directory().revokeKey(Actor.token(), key.key().id());
    harness.check(key);
    assertThat(listed(key)).isEmpty();
  }

  @Test
  void aLaterUseIsSavedAgainAndAnEarlierOneNever() {
    NewKey key = harness.firstKey();
    harness.check(key);
    harness.directory().saveLastUses();
    harness.clock.pass(Duration.ofMinutes(1));
    Instant later = harness.clock.instant();
    harness.check(key);
    harness.directory().saveLastUses();
    harness.clock.pass(Duration.ofHours(-5));
    harness.check(key);
    harness.directory().saveLastUses();
    assertThat(stored(key)).isEqualTo(later.toEpochMilli());
    assertThat(listed(key)).contains(later);
  }

  @Test
  void whatCouldNotBeSavedIsSavedTheNextTime() {
    NewKey key = harness.firstKey();
    harness.check(key);
    Database database = harness.database();
    database.write(handle -> handle.execute("ALTER TABLE api_key RENAME TO away"));
    harness.directory().saveLastUses();
    database.write(handle -> handle.execute("ALTER TABLE away RENAME TO api_key"));
    assertThat(stored(key)).isZero();
    harness.directory().saveLastUses();
    assertThat(stored(key)).isEqualTo(harness.clock.millis());
  }

  private Optional<Instant> listed(NewKey key) {
    return harness.directory().keys(Optional.empty(), Optional.empty()).stream()
        .filter(known -> known.id().equals(key.key().id()))
        .findFirst()
        .orElseThrow()
        .lastUsedAt();
  }

  /** In milliseconds since 1970, 0 for never. */
  private long stored(NewKey key) {
    return harness
        .database()
        .read(
            handle ->
                handle
                    .createQuery("SELECT coalesce(last_used_at, 0) FROM api_key WHERE id = ?")
                    .bind(0, key.key().id())
                    .mapTo(Long.class)
                    .one());
  }
}
