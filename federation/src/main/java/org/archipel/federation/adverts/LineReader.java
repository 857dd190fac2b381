package org.archipel.federation.adverts;

import java.io.IOException;
import java.io.InputStream;

/** Reads lines of bounded length into a buffer that is used again. For one thread. */
final class LineReader {
  /** The longest line: a whole picture of many models with their tariffs. */
  static final int MOST = 256 * 1024;

  private final InputStream in;
  private byte[] buffer = new byte[4096];
  private int start;
  private int end;
  private int length = -1;

  LineReader(InputStream in) {
    this.in = in;
  }

  /**
   * Goes to the next line, whose end is not part of it.
   *
   * @return false at the end of the stream
   * @throws AdvertException when the line is too long
   */
  boolean next() throws IOException, AdvertException {
    // Behind the line before and its end; nothing before the first one.
    start += length + 1;
    length = -1;
    int scanned = start;
    while (true) {
      for (int i = scanned; i < end; i++) {
        if (buffer[i] == '\n') {
          length = i - start;
          return true;
        }
      }
      scanned = end;
      if (end == buffer.length) {
        scanned -= start;
        makeRoom();
      }
      int read = in.read(buffer, end, buffer.length - end);
      if (read < 0) {
        return false;
      }
      end += read;
    }
  }

  private void makeRoom() throws AdvertException {
    int kept = end - start;
    if (kept >= MOST) {
      throw new AdvertException("a line is too long (expected: at most " + MOST + " bytes)");
    }
    byte[] larger = kept > buffer.length / 2 ? new byte[buffer.length * 2] : buffer;
    System.arraycopy(buffer, start, larger, 0, kept);
    buffer = larger;
    start = 0;
    end = kept;
  }

  /** The line's bytes; a copy. */
  byte[] line() {
    byte[] line = new byte[length];
    System.arraycopy(buffer, start, line, 0, length);
    return line;
  }
}
