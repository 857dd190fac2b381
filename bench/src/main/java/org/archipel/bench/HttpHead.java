package org.archipel.bench;

import io.netty.buffer.ByteBuf;

/**
 * The framing of one HTTP/1.1 message head: the few header fields that say where the body ends.
 *
 * <p>Hand-written because both ends of a measurement must cost less than what is measured. One per
 * connection, used again for each message; not safe for several threads.
 */
final class HttpHead {
  /** A head over this size is refused. */
  static final int MAX_BYTES = 64 * 1024;

  private static final byte LF = '\n';

  private long contentLength;
  private boolean chunked;
  private boolean closing;

  /**
   * Reads a whole head.
   *
   * @param in holds the head from its reader index; not moved
   * @return the index just after the head's blank line, or -1 while it is incomplete
   */
  int read(ByteBuf in) {
    contentLength = -1;
    chunked = false;
    closing = false;
    int line = in.readerIndex();
    int end = in.writerIndex();
    while (true) {
      int lf = in.indexOf(line, end, LF);
      if (lf < 0) {
        if (in.readableBytes() > MAX_BYTES) {
          throw new MalformedMessageException("head over " + MAX_BYTES + " bytes");
        }
        return -1;
      }
      int length = lf - line;
      if (length == 0 || (length == 1 && in.getByte(line) == '\r')) {
        return lf + 1;
      }
      field(in, line, lf);
      line = lf + 1;
    }
  }

  /** Bytes of the body, or -1 when the head does not say. */
  long contentLength() {
    return contentLength;
  }

  boolean chunked() {
    return chunked;
  }

  /** Whether the sender closes the connection after this message. */
  boolean closing() {
    return closing;
  }

  private void field(ByteBuf in, int start, int end) {
    int first = in.getByte(start) | 0x20;
    if (first == 'c') {
      if (named(in, start, end, "content-length:")) {
        contentLength = number(in, start + "content-length:".length(), end);
      } else if (named(in, start, end, "connection:")) {
        closing = contains(in, start + "connection:".length(), end, "close");
      }
    } else if (first == 't' && named(in, start, end, "transfer-encoding:")) {
      chunked = contains(in, start + "transfer-encoding:".length(), end, "chunked");
    }
  }

  private static boolean named(ByteBuf in, int start, int end, String name) {
    if (end - start < name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (lower(in.getByte(start + i)) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(ByteBuf in, int start, int end, String word) {
    for (int at = start; at <= end - word.length(); at++) {
      if (named(in, at, end, word)) {
        return true;
      }
    }
    return false;
  }

  private static int lower(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter;
  }

  private static long number(ByteBuf in, int start, int end) {
    long value = -1;
    for (int i = start; i < end; i++) {
      int digit = in.getByte(i) - '0';
      if (digit >= 0 && digit <= 9 && value < Long.MAX_VALUE / 20) {
        value = Math.max(value, 0) * 10 + digit;
      } else if (in.getByte(i) != ' ' && in.getByte(i) != '\t' && in.getByte(i) != '\r') {
        throw new MalformedMessageException("content-length is not a number");
      }
    }
    return value;
  }
}
