package org.archipel.ledger;

/** Whether statements are what was closed. */
public sealed interface StatementCheck {
  /**
   * All are.
   *
   * @param statements how many there are
   * @param sha256 of the last, in hexadecimal: to be kept elsewhere, since it vouches for all
   *     before
   */
  record Whole(long statements, String sha256) implements StatementCheck {}

  /**
   * One is not.
   *
   * @param number the first that is not
   * @param why in words, for people
   */
  record Broken(long number, String why) implements StatementCheck {}
}
