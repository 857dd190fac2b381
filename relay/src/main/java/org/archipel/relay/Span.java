package org.archipel.relay;

/**
 * A range of bytes in a body.
 *
 * @param start the first byte
 * @param end the byte after the last
 */
record Span(int start, int end) {
  static final Span NONE = new Span(-1, -1);

  boolean exists() {
    return start >= 0;
  }
}
