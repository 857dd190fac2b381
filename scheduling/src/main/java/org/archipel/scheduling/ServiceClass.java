package org.archipel.scheduling;

/** How patient the caller of a demand is. Listed from the least to the most patient. */
public enum ServiceClass {
  /** A person is waiting for the first token. */
  INTERACTIVE(0, "interactive"),
  /** An application is waiting. */
  STANDARD(1, "standard"),
  /** Nobody is waiting: throughput counts, not latency. */
  BATCH(2, "batch");

  private final int rank;
  private final String word;

  ServiceClass(int rank, String word) {
    this.rank = rank;
    this.word = word;
  }

  /** Its place among the classes, from 0 for the least patient. */
  public int rank() {
    return rank;
  }

  /** What it is called outside. */
  public String word() {
    return word;
  }
}
