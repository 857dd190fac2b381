package org.archipel.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.PageRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secret by which a key's requests name persons. */
final class UserProofTest {
  private static final UserProof PROOF = new UserProof("c2VhbGVk-text", true);

  @TempDir private Path folder = Path.of(".");

  private static Optional<UserProof> proof(KeyCheck check) {
    assertThat(check).isInstanceOf(KeyCheck.Accepted.class);
    return ((KeyCheck.Accepted) check).caller().userProof();
  }

  private static ApiKey set(DirectoryHarness harness, NewKey key, Optional<UserProof> proof) {
    return harness
        .directory()
        .keys()
        .change(
            Actor.token(),
            key.key().id(),
            OptionalLong.empty(),
            before -> before.withUserProof(proof));
  }

  @Test
  void itIsThereAtOnceAndAfterARestartAndForSuccessors() {
    try (DirectoryHarness harness = new DirectoryHarness(folder)) {
      NewKey key = harness.firstKey();
      assertThat(proof(harness.check(key))).isEmpty();
      assertThat(set(harness, key, Optional.of(PROOF)).version()).isEqualTo(2);
      assertThat(proof(harness.check(key))).contains(PROOF);
      NewKey successor =
          harness
              .directory()
              .keys()
              .rotate(Actor.token(), key.key().id(), OptionalLong.empty(), Duration.ofHours(1));
      harness.reopen();
      assertThat(proof(harness.check(key))).contains(PROOF);
      assertThat(proof(harness.check(successor))).contains(PROOF);
      set(harness, successor, Optional.empty());
      assertThat(proof(harness.check(successor))).isEmpty();
      assertThat(proof(harness.check(key))).contains(PROOF);
    }
  }

  @Test
  void theAuditLogSaysThatItWasSetAndNothingOfIt() {
    try (DirectoryHarness harness = new DirectoryHarness(folder)) {
      NewKey key = harness.firstKey();
      set(harness, key, Optional.of(PROOF));
      set(harness, key, Optional.of(new UserProof("another-text", true)));
      String log = harness.audit().entries(AuditFilter.ALL, PageRequest.FIRST).toString();
      assertThat(log).contains("user_secret", "required ");
      assertThat(log + PROOF).doesNotContain(PROOF.sealed(), "another-text");
      assertThat(log.split("user_secret", -1)).as("both changes").hasSizeGreaterThan(2);
    }
  }
}
