package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes the head of a message into a reused array. One per event loop; not thread-safe. */
final class HeadWriter {
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] SEPARATOR = {':', ' '};

  private byte[] bytes = new byte[1024];
  private int length;

  HeadWriter start(byte[] line) {
    length = 0;
    return add(line);
  }

  HeadWriter add(byte[] text) {
    return add(text, 0, text.length);
  }

  HeadWriter add(byte[] text, int from, int to) {
    int count = to - from;
    room(count);
    System.arraycopy(text, from, bytes, length, count);
    length += count;
    return this;
  }

  HeadWriter add(AsciiString text) {
    room(text.length());
    System.arraycopy(text.array(), text.arrayOffset(), bytes, length, text.length());
    length += text.length();
    return this;
  }

  /** Adds text of which every character is one byte, as in headers that were read before. */
  HeadWriter add(String text) {
    return add(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Adds a number that is at least 0. */
  HeadWriter add(long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    room(digits);
    length += digits;
    long rest = number;
    for (int at = length - 1; at >= length - digits; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return this;
  }

  HeadWriter line() {
    return add(CRLF);
  }

  /** Adds those of the headers that have one of these names, each on its line. */
  HeadWriter addPassed(HttpHeaders headers, List<AsciiString> names) {
    // One walk over the few headers there are is cheaper than a look-up for each name.
    Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      for (int i = 0; i < names.size(); i++) {
        AsciiString name = names.get(i);
        if (name.contentEqualsIgnoreCase(header.getKey())) {
          add(name).add(SEPARATOR).add(header.getValue().toString()).line();
          break;
        }
      }
    }
    return this;
  }

  int length() {
    return length;
  }

  /** Copies the head to where {@code to} is written next. */
  void copyTo(ByteBuf to) {
    to.writeBytes(bytes, 0, length);
  }

  /** Puts the head right before what can be read of {@code to}, where room was left. */
  void putBefore(ByteBuf to) {
    int start = to.readerIndex() - length;
    to.setBytes(start, bytes, 0, length);
    to.readerIndex(start);
  }

  private void room(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}
