package org.archipel.directory.access;

/** Persons or roles cannot be changed as asked. The message is made for people. */
public final class AccessException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Kind {
    /** A value has not the form it must have. */
    INVALID,
    /** There is one already. */
    EXISTS,
    /** There is none. */
    NOT_FOUND,
    /** The person may do nothing for now. */
    SUSPENDED,
    /** Somebody else changed it first. */
    CONFLICT_VERSION
  }

  private final Kind kind;

  AccessException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }
}
