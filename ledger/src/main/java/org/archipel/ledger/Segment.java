package org.archipel.ledger;

import java.nio.file.Path;

/**
 * What is known of one segment. The writer raises {@code committed} and seals; the reader follows.
 * Both are volatile, and {@code sealed} is set last: who reads {@code sealed} first and then {@code
 * committed} sees the final count.
 */
final class Segment {
  private final Path path;
  private final SegmentHeader header;
  private volatile int committed;
  private volatile boolean sealed;

  Segment(Path path, SegmentHeader header) {
    this.path = path;
    this.header = header;
  }

  Path path() {
    return path;
  }

  SegmentHeader header() {
    return header;
  }

  /** How many of its records are durable. */
  int committed() {
    return committed;
  }

  void committed(int records) {
    committed = records;
  }

  /** Whether no record will be added. */
  boolean sealed() {
    return sealed;
  }

  void seal() {
    sealed = true;
  }

  /** The sequence of its last durable record. */
  long lastSequence() {
    return header.firstSequence() + committed - 1;
  }
}
