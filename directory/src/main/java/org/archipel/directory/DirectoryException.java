package org.archipel.directory;

/** The directory refuses a change or does not know a name. The message is made for people. */
public final class DirectoryException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Kind {
    /** A value has not the form it must have. */
    INVALID,
    /** There is one of that name already. */
    EXISTS,
    /** There is none of that name. */
    NOT_FOUND,
    /** The thing is not as the change expects it: for example decided already. */
    CONFLICT,
    /** Somebody else has changed it since the version that the caller names. */
    CONFLICT_VERSION,
    /** Not everybody may, and this caller may not: for example vote on an own request. */
    NOT_PERMITTED
  }

  private final Kind kind;

  /**
   * A refusal.
   *
   * @param message for people: names the field and what was expected, never a secret
   */
  public DirectoryException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }
}
