package org.archipel.relay;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/**
 * A walk over the header lines of a head, from the second line on. Allocates nothing unless a value
 * is asked for as text.
 */
final class HeaderLines {
  private final byte[] bytes;
  private int next;
  private int nameStart;
  private int nameEnd;
  private int valueStart;
  private int valueEnd;
  private int lineEnd;
  private boolean malformed;

  /**
   * @param head all lines with the blank one at their end
   */
  HeaderLines(byte[] head) {
    this.bytes = head;
    this.next = ByteSearch.indexOf(head, 0, head.length, (byte) '\n') + 1;
  }

  /** Goes to the next line; false when there is none, or one that is no header. */
  boolean next() {
    int start = next;
    int feed = ByteSearch.indexOf(bytes, start, bytes.length, (byte) '\n');
    int end = feed > start && bytes[feed - 1] == '\r' ? feed - 1 : feed;
    if (end <= start) {
      return false;
    }
    next = feed + 1;
    int colon = start;
    while (colon < end && bytes[colon] != ':') {
      colon++;
    }
    if (colon == end || colon == start || bytes[start] <= ' ') {
      malformed = true;
      return false;
    }
    lineEnd = end;
    nameStart = start;
    nameEnd = trimEnd(start, colon);
    valueEnd = trimEnd(colon + 1, end);
    valueStart = colon + 1;
    while (valueStart < valueEnd && blank(bytes[valueStart])) {
      valueStart++;
    }
    return true;
  }

  /** Whether the walk ended at a line that is no header. */
  boolean malformed() {
    return malformed;
  }

  /** The line without its end. */
  Span line() {
    return new Span(nameStart, lineEnd);
  }

  int nameLength() {
    return nameEnd - nameStart;
  }

  /** Whether the line has this name, which is in lower case. */
  boolean named(AsciiString name) {
    return nameLength() == name.length() && equalIgnoringCase(bytes, nameStart, name);
  }

  int valueStart() {
    return valueStart;
  }

  int valueEnd() {
    return valueEnd;
  }

  /** The value as text, one character for each byte. */
  String value() {
    return new String(bytes, valueStart, valueEnd - valueStart, StandardCharsets.ISO_8859_1);
  }

  /** Whether the value can be handed on: it has nothing in it that could end a line elsewhere. */
  boolean printable() {
    for (int i = valueStart; i < valueEnd; i++) {
      byte b = bytes[i];
      if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
        return false;
      }
    }
    return true;
  }

  void requirePrintable() throws MalformedResponseException {
    if (!printable()) {
      throw new MalformedResponseException("a header with control characters");
    }
  }

  /** Whether the bytes from {@code from} on are this text, which is in lower case. */
  static boolean equalIgnoringCase(byte[] bytes, int from, AsciiString lower) {
    byte[] expected = lower.array();
    int offset = lower.arrayOffset();
    for (int i = 0; i < lower.length(); i++) {
      byte b = bytes[from + i];
      int small = b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
      if (small != expected[offset + i]) {
        return false;
      }
    }
    return true;
  }

  private int trimEnd(int start, int end) {
    int last = end;
    while (last > start && blank(bytes[last - 1])) {
      last--;
    }
    return last;
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\t';
  }
}
