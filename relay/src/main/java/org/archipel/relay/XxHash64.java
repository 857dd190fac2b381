package org.archipel.relay;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The hash function XXH64 (Y. Collet, xxHash specification): eight bytes at a time, far from one
 * nanosecond for a byte. It tells texts apart and keeps no secret.
 */
final class XxHash64 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long PRIME_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME_3 = 0x165667B19E3779F9L;
  private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME_5 = 0x27D4EB2F165667C5L;

  /** Bytes of one step of the four lanes. */
  private static final int STRIPE = 32;

  private XxHash64() {}

  static long hash(byte[] bytes, int length, long seed) {
    int stripes = length - length % STRIPE;
    long hash = stripes > 0 ? lanes(bytes, stripes, seed) : seed + PRIME_5;
    return avalanche(tail(bytes, stripes, length, hash + length));
  }

  private static long lanes(byte[] bytes, int end, long seed) {
    long a = seed + PRIME_1 + PRIME_2;
    long b = seed + PRIME_2;
    long c = seed;
    long d = seed - PRIME_1;
    for (int i = 0; i < end; i += STRIPE) {
      a = round(a, (long) LONGS.get(bytes, i));
      b = round(b, (long) LONGS.get(bytes, i + 8));
      c = round(c, (long) LONGS.get(bytes, i + 16));
      d = round(d, (long) LONGS.get(bytes, i + 24));
    }
    long hash =
        Long.rotateLeft(a, 1)
            + Long.rotateLeft(b, 7)
            + Long.rotateLeft(c, 12)
            + Long.rotateLeft(d, 18);
    return merge(merge(merge(merge(hash, a), b), c), d);
  }

  private static long tail(byte[] bytes, int from, int end, long start) {
    long hash = start;
    int i = from;
    for (; i + 8 <= end; i += 8) {
      hash ^= round(0, (long) LONGS.get(bytes, i));
      hash = Long.rotateLeft(hash, 27) * PRIME_1 + PRIME_4;
    }
    if (i + 4 <= end) {
      hash ^= ((int) INTS.get(bytes, i) & 0xffffffffL) * PRIME_1;
      hash = Long.rotateLeft(hash, 23) * PRIME_2 + PRIME_3;
      i += 4;
    }
    for (; i < end; i++) {
      hash ^= (bytes[i] & 0xffL) * PRIME_5;
      hash = Long.rotateLeft(hash, 11) * PRIME_1;
    }
    return hash;
  }

  private static long round(long lane, long input) {
    return Long.rotateLeft(lane + input * PRIME_2, 31) * PRIME_1;
  }

  private static long merge(long hash, long lane) {
    return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
  }

  private static long avalanche(long start) {
    long hash = start;
    hash = (hash ^ (hash >>> 33)) * PRIME_2;
    hash = (hash ^ (hash >>> 29)) * PRIME_3;
    return hash ^ (hash >>> 32);
  }
}
