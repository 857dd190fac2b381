package org.archipel.relay;

import java.time.Duration;

/**
 * How long anything may take. All are at least a millisecond; they are checked four times a second.
 *
 * @param header from the first byte of a request to the end of its head
 * @param body between two pieces of a request's body
 * @param keepAlive a connection without a request; at least 75 s suits clients that pool
 * @param queue waiting for an engine, whatever deadline a request or its class has
 * @param connect opening a connection to an engine
 * @param firstByte from the request's last byte to the first byte of the engine's answer; without a
 *     stream that is the whole generation
 * @param betweenChunks between two pieces of an engine's answer
 * @param clientStall how long a client may leave an answer unread
 * @param ping after how long without a byte a stream gets a comment, so that proxies keep it open
 */
public record RelayTimeouts(
    Duration header,
    Duration body,
    Duration keepAlive,
    Duration queue,
    Duration connect,
    Duration firstByte,
    Duration betweenChunks,
    Duration clientStall,
    Duration ping) {
  public static final RelayTimeouts DEFAULTS =
      new RelayTimeouts(
          Duration.ofSeconds(15),
          Duration.ofSeconds(30),
          Duration.ofSeconds(75),
          Duration.ofSeconds(120),
          Duration.ofSeconds(3),
          Duration.ofSeconds(600),
          Duration.ofSeconds(120),
          Duration.ofSeconds(120),
          Duration.ofSeconds(8));

  public RelayTimeouts {
    positive("header", header);
    positive("body", body);
    positive("keep_alive", keepAlive);
    positive("queue", queue);
    positive("connect", connect);
    positive("first_byte", firstByte);
    positive("between_chunks", betweenChunks);
    positive("client_stall", clientStall);
    positive("ping", ping);
  }

  private static void positive(String name, Duration value) {
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
