package org.archipel.federation.receipts;

/** Two sites do not agree on a month, with a word for the reason. */
public final class StatementException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  StatementException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The other site could not be asked, or refused. */
  public static StatementException unreached(String site, Exception why) {
    return new StatementException("not_agreed", site + ": " + why.getMessage());
  }

  /** A word in lower case. */
  public String reason() {
    return reason;
  }
}
