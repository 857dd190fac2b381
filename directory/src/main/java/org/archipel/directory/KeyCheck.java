package org.archipel.directory;

import java.util.function.Supplier;

/** The answer of {@link KeyRing#check}. */
public sealed interface KeyCheck {
  /** The key is good. */
  record Accepted(Caller caller) implements KeyCheck {}

  /**
   * It cannot be said at once.
   *
   * @param verdict works it out, once; blocks, and never answers with another of this kind
   */
  record Pending(Supplier<KeyCheck> verdict) implements KeyCheck {}

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
    ARCHIVED,
    /** It is a token, and not a good one. */
    TOKEN,
    /** It is a token whose time is over or has not come. */
    TOKEN_EXPIRED,
    /** It is a token that was made for others. */
    TOKEN_AUDIENCE,
    /** It is a good token of somebody who has no project here. */
    TOKEN_WITHOUT_PLACE,
    /** The person is suspended. */
    PERSON_SUSPENDED,
    /** The token that names the person behind a key is not good. */
    USER_TOKEN,
    /** The key's requests have to name a person, and this one does not. */
    USER_TOKEN_MISSING,
    /** It is a token that cannot be checked for now. */
    UNAVAILABLE
  }
}
