package org.archipel.bench;

import io.netty.buffer.ByteBuf;

/**
 * The time an event was sent at, written inside it: a mark and 19 digits of {@link
 * System#nanoTime}, which on Linux is one clock for all processes of a machine.
 */
final class EventStamp {
  static final String MARK = "T@";
  static final int DIGITS = 19;

  private EventStamp() {}

  static void write(ByteBuf event, int at, long nanoTime) {
    long rest = nanoTime;
    for (int i = at + DIGITS - 1; i >= at; i--) {
      event.setByte(i, '0' + (int) (rest % 10));
      rest /= 10;
    }
  }

  /** The stamp somewhere in these bytes, or -1. */
  static long read(ByteBuf in, int start, int end) {
    int at = start;
    while (true) {
      at = in.indexOf(at, end, (byte) 'T');
      if (at < 0 || end - at < MARK.length() + DIGITS) {
        return -1;
      }
      if (in.getByte(at + 1) == '@') {
        return digits(in, at + MARK.length());
      }
      at++;
    }
  }

  private static long digits(ByteBuf in, int start) {
    long value = 0;
    for (int i = start; i < start + DIGITS; i++) {
      int digit = in.getByte(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
