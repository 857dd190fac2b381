package org.archipel.server.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * How a value must look.
 *
 * @param expected what is right, in words that end "(expected: …)"
 * @param secret whether the value must never be shown
 * @param parse reads the text; empty when it is not of this form
 */
record Form<T>(String expected, boolean secret, Function<String, Optional<T>> parse) {
  static <T> Form<T> of(String expected, Function<String, Optional<T>> parse) {
    return new Form<>(expected, false, parse);
  }
}
