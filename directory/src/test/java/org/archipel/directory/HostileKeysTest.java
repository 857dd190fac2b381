package org.archipel.directory;

import static org.archipel.directory.DirectoryHarness.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.archipel.directory.KeyCheck.Rejected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostileKeysTest {
  @TempDir Path folder;

  @Test
  void hundredThousandHostileTextsAreAllUnknown() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (DirectoryHarness harness = new DirectoryHarness(folder)) {
      NewKey key = harness.firstKey();
      KeyRing ring = harness.directory().keyRing();
      for (int i = 0; i < 100_000; i++) {
        String text = hostile(random, key.secret());
        assertThat(ring.check(text)).as("seed %d, text %d", seed, i).isEqualTo(Rejected.UNKNOWN);
      }
      assertThat(harness.check(key)).isEqualTo(accepted(key));
    }
  }

  /** Never the key itself, often nearly. */
  private static String hostile(Random random, String key) {
    int at = random.nextInt(key.length());
    String text =
        switch (random.nextInt(8)) {
          case 0 -> random(random, random.nextInt(100));
          case 1 -> random(random, key.length());
          case 2 -> key.substring(0, at) + (char) random.nextInt(0x10000) + key.substring(at + 1);
          case 3 -> key.substring(0, at);
          case 4 -> key + random(random, 1 + random.nextInt(5));
          case 5 -> key.substring(0, at) + random(random, 1) + key.substring(at);
          case 6 -> key.substring(0, 17) + random(random, 32);
          default -> key.substring(0, at) + random(random, key.length() - at);
        };
    return text.equals(key) ? "" : text;
  }

  private static String random(Random random, int length) {
    StringBuilder text = new StringBuilder();
    boolean plain = random.nextBoolean();
    for (int i = 0; i < length; i++) {
      text.append((char) (plain ? '0' + random.nextInt(75) : random.nextInt(0x10000)));
    }
    return text.toString();
  }

  @Test
  void lettersThatLookAlikeInOtherAlphabetsDoNotPass() {
    try (DirectoryHarness harness = new DirectoryHarness(folder)) {
      NewKey key = harness.firstKey();
      // Each would become the same byte if letters were cut to eight bits.
      StringBuilder wide = new StringBuilder(key.secret().substring(0, 17));
      key.secret().substring(17).chars().forEach(c -> wide.append((char) (c | 0x100)));
      KeyRing ring = harness.directory().keyRing();
      assertThat(ring.check(wide.toString())).isEqualTo(Rejected.UNKNOWN);
      assertThat(ring.check(key.secret().toUpperCase(Locale.ROOT))).isEqualTo(Rejected.UNKNOWN);
      assertThat(ring.check(" " + key.secret())).isEqualTo(Rejected.UNKNOWN);
    }
  }

  @Test
  void aTextOfMegabytesIsRefusedByItsLength() {
    try (DirectoryHarness harness = new DirectoryHarness(folder)) {
      NewKey key = harness.firstKey();
      String huge = key.secret().repeat(1_000_000);
      KeyRing ring = harness.directory().keyRing();
      // 100,000 times 49 MB could not be read in the time that a test has.
      for (int i = 0; i < 100_000; i++) {
        assertThat(ring.check(huge)).isEqualTo(Rejected.UNKNOWN);
      }
    }
  }

  @Test
  void aKeyOfOneSiteIsUnknownToAnother() {
    try (DirectoryHarness one = new DirectoryHarness(folder.resolve("one"));
        DirectoryHarness two = new DirectoryHarness(folder.resolve("two"))) {
      NewKey key = one.firstKey();
      two.firstKey();
      assertThat(two.check(key)).isEqualTo(Rejected.UNKNOWN);
      assertThat(one.check(one.key(Optional.empty()))).isNotEqualTo(Rejected.UNKNOWN);
    }
  }
}
