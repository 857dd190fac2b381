package org.archipel.server.metrics;

import static java.util.Objects.requireNonNull;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Something for each value of an enum, there from the beginning. Immutable, so as thread-safe as
 * what it holds.
 *
 * @param <E> the values
 * @param <T> what there is for each
 */
final class PerValue<E extends Enum<E>, T> {
  private final Map<E, T> all;

  PerValue(Class<E> values, Supplier<T> made) {
    all = new EnumMap<>(values);
    for (E value : values.getEnumConstants()) {
      all.put(value, made.get());
    }
  }

  T of(E value) {
    return requireNonNull(all.get(value));
  }
}
