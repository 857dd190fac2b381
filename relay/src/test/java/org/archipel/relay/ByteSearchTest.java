package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ByteSearchTest {
  @Test
  void findsWhatALookAtEachByteFinds() {
    long seed = Long.getLong("archipel.seed", new Random().nextLong());
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length; i++) {
        // Few values, those that trip a search by words among them.
        bytes[i] = (byte) (random.nextBoolean() ? random.nextInt(3) : 126 + random.nextInt(4));
      }
      int from = random.nextInt(bytes.length + 1);
      int end = from + random.nextInt(bytes.length - from + 1);
      byte value = (byte) (random.nextBoolean() ? random.nextInt(3) : 126 + random.nextInt(4));
      assertThat(ByteSearch.indexOf(bytes, from, end, value))
          .as("with -Darchipel.seed=%s", seed)
          .isEqualTo(slowly(bytes, from, end, value));
    }
  }

  private static int slowly(byte[] bytes, int from, int end, byte value) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == value) {
        return i;
      }
    }
    return -1;
  }
}
