package org.archipel.relay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds a byte, eight at a time: the scan of streams is the one loop over every byte that the relay
 * runs itself. The test for a zero byte in a word is from H. Warren, Hacker's Delight, 6-1.
 */
final class ByteSearch {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;

  private ByteSearch() {}

  /** The first place of {@code value} from {@code from} on and before {@code end}, or -1. */
  static int indexOf(byte[] bytes, int from, int end, byte value) {
    long pattern = (value & 0xffL) * ONES;
    int i = from;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long differences = (long) WORD.get(bytes, i) ^ pattern;
      long zeros = (differences - ONES) & ~differences & HIGHS;
      if (zeros != 0) {
        return i + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
    }
    for (; i < end; i++) {
      if (bytes[i] == value) {
        return i;
      }
    }
    return -1;
  }
}
