package org.archipel.ledger;

/** A change that the ledger refuses; its message is for whoever asked. */
public final class LedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Kind {
    /** What was asked has not its form or range. */
    INVALID,
    /** There is no such thing. */
    NOT_FOUND,
    /** Another one is in the way. */
    EXISTS,
    /** It was changed since the version that was expected. */
    CONFLICT_VERSION,
    /** It cannot be done now, or in this state. */
    CONFLICT
  }

  private final Kind kind;

  LedgerException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }
}
