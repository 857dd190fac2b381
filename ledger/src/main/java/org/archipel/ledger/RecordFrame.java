package org.archipel.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How a record lies in a segment. All numbers are big-endian:
 *
 * <pre>
 * offset  bytes  what
 *  0      4      checksum: CRC32C of all that follows, XOR the segment's salt
 *  4      4      length of the payload, {@value #MIN_PAYLOAD} to {@value #MAX_PAYLOAD}
 *  8      4      index of the record in its segment, from 0
 * 12      n      payload, see {@link RecordEncoder}
 * </pre>
 *
 * <p>The salt is drawn anew each time a file begins a life as a segment, so the bytes of an earlier
 * life are never taken for records. The index is stored so that records after damage can be found
 * again and be told apart.
 */
final class RecordFrame {
  static final int CHECKSUM = 0;
  static final int LENGTH = 4;
  static final int INDEX = 8;
  static final int HEAD = 12;
  static final int MIN_PAYLOAD = 64;
  static final int MAX_PAYLOAD = 60_000;

  static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private RecordFrame() {}

  static int getInt(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  /** The bytes of the frame at {@code at}, head included. */
  static int size(byte[] bytes, int at) {
    return HEAD + getInt(bytes, at + LENGTH);
  }

  /** Completes the frame at {@code at}: index and checksum. */
  static void seal(byte[] bytes, int at, int index, int salt, CRC32C crc) {
    INT.set(bytes, at + INDEX, index);
    INT.set(bytes, at + CHECKSUM, checksum(bytes, at, salt, crc));
  }

  /** The checksum that the frame at {@code at} should carry; its length must have been checked. */
  static int checksum(byte[] bytes, int at, int salt, CRC32C crc) {
    crc.reset();
    crc.update(bytes, at + LENGTH, size(bytes, at) - LENGTH);
    return (int) crc.getValue() ^ salt;
  }
}
