package org.archipel.scheduling;

/** How patient the caller of a demand is. Listed from the least to the most patient. */
public enum ServiceClass {
  /** A person is waiting for the first token. */
  INTERACTIVE,
  /** An application is waiting. */
  STANDARD,
  /** Nobody is waiting: throughput counts, not latency. */
  BATCH
}
