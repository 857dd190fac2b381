package org.archipel.server.cli;

import java.util.Locale;

/**
 * One thing that the doctor looked at.
 *
 * @param state how it is
 * @param check what was looked at, in a word
 * @param found what was found
 * @param advice what to do; empty when there is nothing to do
 */
record Finding(State state, String check, String found, String advice) {
  /** How something is. */
  enum State {
    /** It works. */
    OK,
    /** It is worth knowing. */
    NOTE,
    /** It does not work. */
    BAD;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Finding good(String check, String found) {
    return new Finding(State.OK, check, found, "");
  }

  static Finding note(String check, String found, String advice) {
    return new Finding(State.NOTE, check, found, advice);
  }

  static Finding bad(String check, String found, String advice) {
    return new Finding(State.BAD, check, found, advice);
  }

  boolean broken() {
    return state == State.BAD;
  }
}
