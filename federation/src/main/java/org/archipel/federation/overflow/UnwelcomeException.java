package org.archipel.federation.overflow;

/** A request of another site is not served. */
public final class UnwelcomeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Unwelcome reason;

  /**
   * @param detail for people; never an assertion
   */
  UnwelcomeException(Unwelcome reason, String detail) {
    super(reason.word() + ": " + detail);
    this.reason = reason;
  }

  /** Which of the reasons. */
  public Unwelcome reason() {
    return reason;
  }
}
