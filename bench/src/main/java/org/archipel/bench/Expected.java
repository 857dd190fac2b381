package org.archipel.bench;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an answer must be to count as one.
 *
 * @param bytes of a plain body; empty: any
 * @param events of a stream, which must then also end with {@code [DONE]}; empty: not a stream
 */
record Expected(OptionalInt bytes, OptionalInt events) {
  static Expected anything() {
    return new Expected(OptionalInt.empty(), OptionalInt.empty());
  }

  static Expected body(int bytes) {
    return new Expected(OptionalInt.of(bytes), OptionalInt.empty());
  }

  static Expected stream(int events) {
    return new Expected(OptionalInt.empty(), OptionalInt.of(events));
  }

  /** What is wrong with an answer that was read to its end; empty when nothing is. */
  Optional<Failure> judge(int status, long bodyBytes, SseReader stream) {
    if (status / 100 != 2) {
      return Optional.of(Failure.STATUS);
    }
    if (bytes.isPresent() && bodyBytes != bytes.getAsInt()) {
      return Optional.of(Failure.LENGTH);
    }
    if (events.isEmpty()) {
      return Optional.empty();
    }
    if (stream.failed()) {
      return Optional.of(Failure.ERROR_EVENT);
    }
    if (!stream.done()) {
      return Optional.of(Failure.NO_DONE);
    }
    return stream.events() == events.getAsInt() ? Optional.empty() : Optional.of(Failure.LENGTH);
  }
}
