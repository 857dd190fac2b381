package org.archipel.control.oidc;

/** Somebody cannot sign in. The message is for people and holds nothing that a provider sent. */
public final class SignInException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Kind {
    /** What came is not what it must be. */
    REFUSED,
    /** The provider does not answer as it should. */
    UNAVAILABLE
  }

  private final Kind kind;

  SignInException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }
}
