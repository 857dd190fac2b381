package org.archipel.bench;

import java.util.Map;
import java.util.Optional;

/**
 * What a load measured between two moments.
 *
 * @param seconds between the two moments
 * @param answered requests answered whole and well
 * @param events events of streams, also of streams that did not end within the time
 * @param bodyBytes of the answered requests, without framing
 * @param failures requests that were not, by reason; reasons without one are absent
 * @param latencies timings that occurred
 */
record LoadResult(
    double seconds,
    long answered,
    long events,
    long bodyBytes,
    Map<Failure, Long> failures,
    Map<Timing, Latency> latencies) {

  double requestsPerSecond() {
    return answered / seconds;
  }

  double eventsPerSecond() {
    return events / seconds;
  }

  long errors() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  Optional<Latency> latency(Timing timing) {
    return Optional.ofNullable(latencies.get(timing));
  }
}
