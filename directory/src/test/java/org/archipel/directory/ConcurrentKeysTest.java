package org.archipel.directory;

import static org.archipel.directory.DirectoryHarness.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.storage.Actor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ConcurrentKeysTest {
  @TempDir Path folder;

  @Test
  void onceRevokedAKeyIsNeverAcceptedByAnyThread() throws Exception {
    try (DirectoryHarness harness = new DirectoryHarness(folder);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      NewKey stays = harness.firstKey();
      for (int round = 0; round < 20; round++) {
        NewKey key = harness.key(Optional.empty());
        AtomicBoolean revoked = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Integer>> checkers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          checkers.add(threads.submit(() -> wrongAnswers(harness, key, stays, revoked, over)));
        }
        harness.directory().revokeKey(Actor.token(), key.key().id());
        revoked.set(true);
        harness.directory().saveLastUses();
        over.set(true);
        for (Future<Integer> checker : checkers) {
          assertThat(checker.get()).isZero();
        }
      }
    }
  }

  private static int wrongAnswers(
      DirectoryHarness harness,
      NewKey key,
      NewKey stays,
      AtomicBoolean revoked,
      AtomicBoolean over) {
    int wrong = 0;
    boolean last;
    do {
      last = over.get();
      boolean before = revoked.get();
      KeyCheck answer = harness.check(key);
      boolean right = answer.equals(Rejected.REVOKED) || (!before && answer.equals(accepted(key)));
      wrong += right && harness.check(stays).equals(accepted(stays)) ? 0 : 1;
    } while (!last);
    return wrong;
  }

  @Test
  void aKeyRevokedWhileItIsBeingMadeStaysRevoked() throws Exception {
    try (DirectoryHarness harness = new DirectoryHarness(folder);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      harness.firstKey();
      Directory directory = harness.directory();
      AtomicBoolean over = new AtomicBoolean();
      // Revokes whatever shows up in the list, perhaps before its maker has it.
      Future<?> revoker =
          threads.submit(
              () -> {
                while (!over.get()) {
                  directory
                      .keys(Optional.empty(), Optional.empty())
                      .forEach(key -> directory.revokeKey(Actor.token(), key.id()));
                }
              });
      List<NewKey> made = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        made.add(harness.key(Optional.empty()));
      }
      over.set(true);
      revoker.get();
      for (ApiKey stored : directory.keys(Optional.empty(), Optional.empty())) {
        made.stream()
            .filter(key -> key.key().id().equals(stored.id()) && stored.revokedAt().isPresent())
            .forEach(key -> assertThat(harness.check(key)).isEqualTo(Rejected.REVOKED));
      }
    }
  }
}
