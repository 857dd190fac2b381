package org.archipel.relay;

import java.util.Arrays;

/**
 * Cuts a stream of server-sent events into whole events, however the network cut it. An event ends
 * with its blank line, which belongs to it.
 */
final class EventSplitter {
  /** Takes whole events. */
  interface Sink {
    /** The event is valid only during the call. */
    void event(byte[] bytes, int start, int end);
  }

  /** An event that has not ended by then is no event: a response with images may be this long. */
  static final int MAX_EVENT = 32 * 1024 * 1024;

  private byte[] rest = new byte[0];
  private int restLength;

  /**
   * Takes the next bytes and gives the events that they complete to the sink.
   *
   * @return false when an event is longer than {@link #MAX_EVENT}
   */
  boolean feed(byte[] bytes, int start, int end, Sink sink) {
    if (restLength == 0) {
      int done = split(bytes, start, start, end, sink);
      return keep(bytes, done, end);
    }
    int scanned = Math.max(0, restLength - 3);
    if (!keep(bytes, start, end)) {
      return false;
    }
    byte[] all = rest;
    int length = restLength;
    restLength = 0;
    int done = split(all, 0, scanned, length, sink);
    restLength = length - done;
    System.arraycopy(all, done, rest, 0, restLength);
    return true;
  }

  /** The stream has ended: what is left goes out as it is. */
  void finish(Sink sink) {
    int length = restLength;
    restLength = 0;
    if (length > 0) {
      sink.event(rest, 0, length);
    }
  }

  private boolean keep(byte[] bytes, int start, int end) {
    int length = restLength + end - start;
    if (length > MAX_EVENT) {
      return false;
    }
    if (length > rest.length) {
      rest = Arrays.copyOf(rest, Math.max(length, Math.min(MAX_EVENT, 2 * rest.length)));
    }
    System.arraycopy(bytes, start, rest, restLength, end - start);
    restLength = length;
    return true;
  }

  private static int split(byte[] bytes, int start, int scanFrom, int end, Sink sink) {
    int begin = start;
    int i = scanFrom - 1;
    while ((i = ByteSearch.indexOf(bytes, i + 1, end - 1, (byte) '\n')) >= 0) {
      int after;
      if (bytes[i + 1] == '\n') {
        after = i + 2;
      } else if (bytes[i + 1] == '\r' && i + 2 < end && bytes[i + 2] == '\n') {
        after = i + 3;
      } else {
        continue;
      }
      sink.event(bytes, begin, after);
      begin = after;
      i = after - 1;
    }
    return begin;
  }
}
