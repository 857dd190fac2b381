package org.archipel.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What a request body asks of the neutral upstream.
 *
 * <p>Found by looking for the fields' names rather than by parsing: this server must cost less than
 * the gateway in front of it, and it is only ever asked by this module's own requests, which the
 * gateway forwards unchanged but for fields added at either end.
 *
 * @param model what {@code model} says, or {@code json} when it says nothing
 * @param usage whether {@code include_usage} is true
 * @param maxTokens what {@code max_tokens} says, or 0
 */
record UpstreamAsk(String model, boolean usage, int maxTokens) {
  /** How much of a body is looked at; the rest is swallowed unseen. */
  static final int LOOKED_AT = 16 * 1024;

  private static final byte[] MODEL = "\"model\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] USAGE = "\"include_usage\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MAX_TOKENS = "\"max_tokens\"".getBytes(StandardCharsets.US_ASCII);

  /**
   * Looks at a body's first bytes.
   *
   * @param scratch at least {@link #LOOKED_AT} bytes to copy the body to
   */
  static UpstreamAsk of(ByteBuf in, int start, int length, byte[] scratch) {
    int looked = Math.min(length, LOOKED_AT);
    in.getBytes(start, scratch, 0, looked);
    String model = string(scratch, looked, value(scratch, looked, MODEL));
    if (model.isEmpty() || model.equals("json")) {
      return new UpstreamAsk("json", false, 0);
    }
    int usage = value(scratch, looked, USAGE);
    int maxTokens = value(scratch, looked, MAX_TOKENS);
    return new UpstreamAsk(
        model, usage >= 0 && scratch[usage] == 't', number(scratch, looked, maxTokens));
  }

  /** Index of the first byte of the named field's value, or -1. */
  private static int value(byte[] body, int length, byte[] name) {
    for (int at = 0; at <= length - name.length; at++) {
      if (body[at] == '"' && matches(body, at, name)) {
        int after = skipBlank(body, length, at + name.length);
        if (after < length && body[after] == ':') {
          int value = skipBlank(body, length, after + 1);
          return value < length ? value : -1;
        }
      }
    }
    return -1;
  }

  private static boolean matches(byte[] body, int at, byte[] name) {
    for (int i = 1; i < name.length; i++) {
      if (body[at + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  private static int skipBlank(byte[] body, int length, int from) {
    int at = from;
    while (at < length && body[at] <= ' ') {
      at++;
    }
    return at;
  }

  private static String string(byte[] body, int length, int start) {
    if (start < 0 || body[start] != '"') {
      return "";
    }
    int end = start + 1;
    while (end < length && body[end] != '"') {
      end++;
    }
    return new String(body, start + 1, end - start - 1, StandardCharsets.US_ASCII);
  }

  private static int number(byte[] body, int length, int start) {
    int value = 0;
    for (int at = start; at >= 0 && at < length; at++) {
      int digit = body[at] - '0';
      if (digit < 0 || digit > 9 || value > 100_000_000) {
        break;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
