package org.archipel.ledger;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment; records begin at {@value #SIZE}, so that no later write touches the
 * header's page. Big-endian: magic (8 bytes), format version (4), salt (4), ordinal (8), first
 * sequence (8), CRC32C of these 32 bytes (4).
 *
 * @param ordinal the segment's place among all, also its file's name
 * @param firstSequence the sequence of its first record. It also ends the segment before it: what
 *     that one holds from this sequence on was never durable there and was written again here
 * @param salt mixed into each record's checksum
 * @param version how its records are laid out, see {@link RecordEncoder}
 */
record SegmentHeader(long ordinal, long firstSequence, int salt, int version) {
  static final int SIZE = 4096;
  static final int VERSION = 3;
  private static final int OLDEST = 1;
  private static final long MAGIC = 0x4152_4b4a_524e_4c0aL;
  private static final int CHECKED = 32;

  /** The header of a new segment. */
  SegmentHeader(long ordinal, long firstSequence, int salt) {
    this(ordinal, firstSequence, salt, VERSION);
  }

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE);
    bytes.putLong(MAGIC).putInt(version).putInt(salt).putLong(ordinal).putLong(firstSequence);
    bytes.putInt(checksum(bytes));
    return bytes.clear();
  }

  /**
   * Reads a header, or nothing when it is damaged.
   *
   * @throws JournalException when it is whole but of a version that this program does not know
   */
  static Optional<SegmentHeader> decode(ByteBuffer bytes) {
    if (bytes.remaining() < CHECKED + 4
        || bytes.getLong(0) != MAGIC
        || bytes.getInt(CHECKED) != checksum(bytes)) {
      return Optional.empty();
    }
    int version = bytes.getInt(8);
    if (version < OLDEST || version > VERSION) {
      throw new JournalException(
          "journal format: " + version + " (expected: " + OLDEST + " to " + VERSION + ")");
    }
    return Optional.of(
        new SegmentHeader(bytes.getLong(16), bytes.getLong(24), bytes.getInt(12), version));
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, CHECKED));
    return (int) crc.getValue();
  }
}
