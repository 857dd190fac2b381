package org.archipel.server.config;

import java.time.Duration;

/**
 * How long to wait for what.
 *
 * @param connect for a connection to an engine
 * @param firstByte for the head of an engine's answer, which comes after the whole prefill
 * @param betweenChunks for the next piece of an answer that has begun
 * @param body for the whole body of a caller's request
 * @param idle for the next request on a caller's open connection
 */
public record TimeoutConfig(
    Duration connect, Duration firstByte, Duration betweenChunks, Duration body, Duration idle) {
  /** Patient with engines that think, strict with connections that do nothing. */
  public static final TimeoutConfig DEFAULTS =
      new TimeoutConfig(
          Duration.ofSeconds(2),
          Duration.ofMinutes(10),
          Duration.ofMinutes(2),
          Duration.ofMinutes(2),
          Duration.ofSeconds(90));

  private static final Form<Duration> LIMIT =
      Forms.duration(Duration.ofMillis(10), Duration.ofDays(1));

  static TimeoutConfig read(Section section) {
    try (section) {
      return new TimeoutConfig(
          section.find("connect", LIMIT).orElse(DEFAULTS.connect),
          section.find("first_byte", LIMIT).orElse(DEFAULTS.firstByte),
          section.find("between_chunks", LIMIT).orElse(DEFAULTS.betweenChunks),
          section.find("body", LIMIT).orElse(DEFAULTS.body),
          section.find("idle", LIMIT).orElse(DEFAULTS.idle));
    }
  }
}
