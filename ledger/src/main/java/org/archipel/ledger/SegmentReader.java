package org.archipel.ledger;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Reads the records of one segment in order. A record whose bytes are damaged is passed over: the
 * next one is found again by its checksum, and its index tells how many are missing. For one
 * thread.
 */
final class SegmentReader implements Closeable {
  private static final int WINDOW = 256 * 1024;
  private static final int MIN_FRAME = RecordFrame.HEAD + RecordFrame.MIN_PAYLOAD;

  private final SegmentFiles.SegmentFile file;
  private final int salt;
  private final byte[] window = new byte[WINDOW];
  private final CRC32C crc = new CRC32C();
  private final RecordDecoder decoder;
  private long windowStart;
  private int windowLength;
  private long position = SegmentHeader.SIZE;
  private long found;
  private int nextIndex;
  private long damageAt = -1;

  SegmentReader(SegmentFiles.SegmentFile file, SegmentHeader header) {
    this.file = file;
    this.salt = header.salt();
    this.decoder = new RecordDecoder(header.version());
  }

  /**
   * Goes to the next whole record whose index is below {@code limit}; false when there is none.
   *
   * @throws IOException when the file cannot be read, which says nothing about what it holds
   */
  boolean advance(int limit) throws IOException {
    if (nextIndex >= limit) {
      return false;
    }
    // The window may have been filled before these bytes were written: read them anew once.
    boolean there = isRecord(position, nextIndex, nextIndex + 1L);
    if (!there) {
      windowLength = 0;
      there = isRecord(position, nextIndex, nextIndex + 1L);
    }
    if (there) {
      accept(position);
      return true;
    }
    return advancePastDamage(limit);
  }

  private boolean advancePastDamage(int limit) throws IOException {
    long end = file.size() - MIN_FRAME;
    for (long at = position + 1; at <= end; at++) {
      if (isRecord(at, nextIndex, limit)) {
        damageAt = position;
        accept(at);
        return true;
      }
    }
    return false;
  }

  private void accept(long at) {
    int offset = (int) (at - windowStart);
    found = at;
    nextIndex = RecordFrame.getInt(window, offset + RecordFrame.INDEX) + 1;
    position = at + RecordFrame.size(window, offset);
  }

  /** The record that {@link #advance} found. */
  UsageRecord record() {
    return decoder.decode(window, (int) (found - windowStart));
  }

  /** The index after that of the last record found. */
  int nextIndex() {
    return nextIndex;
  }

  /** Where the last damage began, or -1 when there was none. */
  long damageAt() {
    return damageAt;
  }

  private boolean isRecord(long at, long fromIndex, long toIndex) throws IOException {
    if (!load(at, RecordFrame.HEAD)) {
      return false;
    }
    int offset = (int) (at - windowStart);
    int length = RecordFrame.getInt(window, offset + RecordFrame.LENGTH);
    int index = RecordFrame.getInt(window, offset + RecordFrame.INDEX);
    if (length < RecordFrame.MIN_PAYLOAD
        || length > RecordFrame.MAX_PAYLOAD
        || index < fromIndex
        || index >= toIndex
        || !load(at, RecordFrame.HEAD + length)) {
      return false;
    }
    offset = (int) (at - windowStart);
    return RecordFrame.checksum(window, offset, salt, crc)
        == RecordFrame.getInt(window, offset + RecordFrame.CHECKSUM);
  }

  /** Makes the window hold {@code size} bytes from {@code at}; false when the file ends before. */
  private boolean load(long at, int size) throws IOException {
    if (at >= windowStart && at + size <= windowStart + windowLength) {
      return true;
    }
    windowStart = at;
    windowLength = 0;
    windowLength = file.read(ByteBuffer.wrap(window), at);
    return size <= windowLength;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
