package org.archipel.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Counts the events of one server-sent stream, whatever pieces it comes in.
 *
 * <p>Looks for line ends only (a search that reads eight bytes at a time) and at the first bytes of
 * each line. Comments do not count. One per connection, on its loop.
 */
final class SseReader {
  /** Told of each event while it is being read. */
  interface Events {
    /** One data event; {@code line} holds it from {@code start} to before {@code end}. */
    void event(ByteBuf line, int start, int end);
  }

  /** A line over this size that comes in several pieces is counted, its end is not looked at. */
  private static final int CARRIED = 512;

  private static final int DATA = 'd' << 24 | 'a' << 16 | 't' << 8 | 'a';
  private static final byte[] DONE = {' ', '[', 'D', 'O', 'N', 'E', ']'};
  private static final byte[] ERROR = {' ', '{', '"', 'e', 'r', 'r', 'o', 'r', '"'};

  private final Events listener;
  private final ByteBuf carry = Unpooled.buffer(0, CARRIED);
  private boolean carrying;
  private int events;
  private boolean done;
  private boolean failed;

  SseReader(Events listener) {
    this.listener = listener;
  }

  void reset() {
    carry.clear();
    carrying = false;
    events = 0;
    done = false;
    failed = false;
  }

  /** Data events so far, {@code [DONE]} and errors not counted. */
  int events() {
    return events;
  }

  boolean done() {
    return done;
  }

  /** Whether the stream carried an error event. */
  boolean failed() {
    return failed;
  }

  void read(ByteBuf in, int start, int end) {
    int at = start;
    while (at < end) {
      int lf = in.indexOf(at, end, (byte) '\n');
      if (lf < 0) {
        keep(in, at, end);
        return;
      }
      if (carrying) {
        keep(in, at, lf);
        line(carry, 0, carry.writerIndex());
        carry.clear();
        carrying = false;
      } else {
        line(in, at, lf);
      }
      at = lf + 1;
    }
  }

  private void keep(ByteBuf in, int start, int end) {
    carrying = true;
    carry.writeBytes(in, start, Math.min(end - start, CARRIED - carry.writerIndex()));
  }

  private void line(ByteBuf line, int start, int end) {
    if (end - start < 6 || line.getInt(start) != DATA || line.getByte(start + 4) != ':') {
      return;
    }
    if (startsWith(line, start + 5, end, DONE)) {
      done = true;
    } else if (startsWith(line, start + 5, end, ERROR)) {
      failed = true;
    } else {
      events++;
      listener.event(line, start, end);
    }
  }

  private static boolean startsWith(ByteBuf line, int start, int end, byte[] prefix) {
    // The second byte settles it for every ordinary event.
    if (end - start < prefix.length) {
      return false;
    }
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (line.getByte(start + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }
}
