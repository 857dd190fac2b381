package org.archipel.bench;

/** What is timed of each answer. All are recorded in nanoseconds. */
enum Timing {
  /** From the intended start of a request to the last byte of its answer. */
  REQUEST("request"),
  /** From the intended start to the first byte. */
  FIRST_BYTE("first byte"),
  /** From the intended start to the end of the first event. */
  FIRST_CHUNK("first chunk"),
  /** Between two reads of one stream that each brought an event. */
  GAP("gap"),
  /** From the time written into an event to its arrival: one way. */
  CHUNK("chunk, one way");

  private final String title;

  Timing(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }
}
