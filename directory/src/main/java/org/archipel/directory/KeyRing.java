package org.archipel.directory;

/**
 * Tells who a request comes from, from memory: made for the hot path. Thread-safe and never
 * blocking.
 */
public interface KeyRing {
  /**
   * Checks what a client sent as its key.
   *
   * @param presented the text after {@code Bearer} or in {@code x-api-key}; anything at all
   */
  KeyCheck check(String presented);

  /**
   * Finds the person behind a request of a caller that has a {@link Caller#userProof}.
   *
   * @param userToken the token that names the person, as it came; empty when none did
   * @return the caller with the person's pseudonym, or why not
   */
  default KeyCheck identify(Caller caller, String userToken) {
    return KeyCheck.Rejected.USER_TOKEN;
  }
}
