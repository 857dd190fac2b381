package org.archipel.relay;

/** Where an exchange is. */
enum ExchangeState {
  /** The body is being understood. */
  READING,
  /** Waits for a permit. */
  QUEUED,
  /** Waits for a connection to the engine. */
  CONNECTING,
  /** Waits for the engine's answer to begin. */
  SENT,
  /** The answer is under way. */
  ANSWERING,
  /** It is over; the last the client hears waits for the ledger. */
  SETTLING,
  DONE
}
