package org.archipel.directory;

/** The answer of {@link KeyRing#check}. */
public sealed interface KeyCheck {
  /** The key is good. */
  record Accepted(Caller caller) implements KeyCheck {}

  /** The key is not good. */
  enum Rejected implements KeyCheck {
    /** It has not the form of a key, or nobody knows it. */
    UNKNOWN,
    /** It was revoked. */
    REVOKED,
    /** Its time is over. */
    EXPIRED,
    /** Its organization is suspended. */
    SUSPENDED,
    /** Its project is archived. */
    ARCHIVED
  }
}
