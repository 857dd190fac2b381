package org.archipel.scheduling;

/** How patient the caller of a demand is. Listed from the least to the most patient. */
public enum ServiceClass {
  /** A person is waiting for the first token. */
  INTERACTIVE(0),
  /** An application is waiting. */
  STANDARD(1),
  /** Nobody is waiting: throughput counts, not latency. */
  BATCH(2);

  private final int rank;

  ServiceClass(int rank) {
    this.rank = rank;
  }

  /** Its place among the classes, from 0 for the least patient. */
  public int rank() {
    return rank;
  }
}
