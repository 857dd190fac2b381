package org.archipel.directory.quota;

/** The answer of {@link QuotaGate#reserve}. */
public sealed interface Admission permits Reservation, Exhausted {
  /** The tightest limit of requests in a minute that applies, for the answer's head. */
  RateLeft requests();

  /** The tightest limit of tokens in a minute that applies, for the answer's head. */
  RateLeft tokens();
}
