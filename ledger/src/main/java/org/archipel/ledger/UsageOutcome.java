package org.archipel.ledger;

/** How a request ended, for its account. */
public enum UsageOutcome {
  /** The engine answered to the end and the answer was relayed. */
  COMPLETED,
  /** The caller went away before the end. */
  CANCELLED,
  /** An error was answered, or a stream was cut. */
  FAILED
}
