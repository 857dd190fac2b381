package org.archipel.federation.trust;

/** Something that came from another entity is not believed. */
public final class DistrustException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Distrust reason;

  /**
   * @param detail for people; never a token or a key
   */
  public DistrustException(Distrust reason, String detail) {
    super(reason.word() + ": " + detail);
    this.reason = reason;
  }

  DistrustException(Distrust reason, String detail, Throwable cause) {
    super(reason.word() + ": " + detail, cause);
    this.reason = reason;
  }

  /** Which of the reasons. */
  public Distrust reason() {
    return reason;
  }
}
