package org.archipel.directory;

/**
 * Tells whether a presented API key is good, from memory: made for the hot path. Thread-safe and
 * never blocking.
 */
public interface KeyRing {
  /**
   * Checks a key as a client sent it.
   *
   * @param presented the text after {@code Bearer} or in {@code x-api-key}; anything at all
   */
  KeyCheck check(String presented);
}
