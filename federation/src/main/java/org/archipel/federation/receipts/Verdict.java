package org.archipel.federation.receipts;

import java.util.Optional;

/**
 * What became of a receipt.
 *
 * @param state where it stands
 * @param reason why, when it is disputed
 */
record Verdict(State state, Optional<Dispute> reason) {
  static final Verdict WAITING = new Verdict(State.WAITING, Optional.empty());
  static final Verdict SETTLED = new Verdict(State.SETTLED, Optional.empty());
  static final Verdict NOTHING = new Verdict(State.NOTHING, Optional.empty());

  /** Where a receipt stands. */
  enum State {
    /** This site's own record is not there yet. */
    WAITING("waiting"),
    /** Both say the same. */
    SETTLED("settled"),
    /** It claims nothing: an attempt that failed. */
    NOTHING("nothing"),
    DISPUTED("disputed"),
    /** Disputed, and accepted by people. */
    ACCEPTED("accepted");

    private final String word;

    State(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static Verdict disputed(Dispute reason) {
    return new Verdict(State.DISPUTED, Optional.of(reason));
  }
}
