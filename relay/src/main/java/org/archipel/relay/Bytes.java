package org.archipel.relay;

/** Random access to a body, whatever holds it. */
interface Bytes {
  int length();

  /** Copies {@code count} bytes from {@code index} on; the range must lie within the length. */
  void get(int index, byte[] to, int at, int count);
}
