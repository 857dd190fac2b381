package org.archipel.server.config;

import java.time.Duration;

/**
 * How long to wait for what.
 *
 * @param header for the whole head of a caller's request
 * @param body for the next piece of its body
 * @param idle for the next request on a caller's open connection
 * @param connect for a connection to an engine
 * @param firstByte for the first byte of an engine's answer; without a stream that is all of it
 * @param betweenChunks for the next piece of an answer that has begun
 * @param clientStall for a caller that does not read its answer
 */
public record TimeoutConfig(
    Duration header,
    Duration body,
    Duration idle,
    Duration connect,
    Duration firstByte,
    Duration betweenChunks,
    Duration clientStall) {
  /** Patient with engines that think, strict with connections that do nothing. */
  public static final TimeoutConfig DEFAULTS =
      new TimeoutConfig(
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofSeconds(75),
          Duration.ofSeconds(3),
          Duration.ofMinutes(10),
          Duration.ofMinutes(2),
          Duration.ofMinutes(2));

  private static final Form<Duration> LIMIT =
      Forms.duration(Duration.ofMillis(250), Duration.ofDays(1));

  static TimeoutConfig read(Section section) {
    try (section) {
      return new TimeoutConfig(
          section.find("header", LIMIT).orElse(DEFAULTS.header),
          section.find("body", LIMIT).orElse(DEFAULTS.body),
          section.find("idle", LIMIT).orElse(DEFAULTS.idle),
          section.find("connect", LIMIT).orElse(DEFAULTS.connect),
          section.find("first_byte", LIMIT).orElse(DEFAULTS.firstByte),
          section.find("between_chunks", LIMIT).orElse(DEFAULTS.betweenChunks),
          section.find("client_stall", LIMIT).orElse(DEFAULTS.clientStall));
    }
  }
}
