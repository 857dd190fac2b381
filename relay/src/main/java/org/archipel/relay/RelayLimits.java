package org.archipel.relay;

/**
 * Sizes and numbers that bound what strangers can make the relay hold.
 *
 * @param maxBody bytes of one request's body; above it 413
 * @param maxBufferedBodies bytes of all bodies that are held at once; above it 503
 * @param maxHeader bytes of one request's head
 * @param maxQueue requests that may wait in one pool; above it 429
 * @param eventLoops threads that move bytes; 0 takes one per core
 * @param reservedCompletion tokens of the answer that quotas reserve at most for one request, and
 *     for each that says no limit of its own
 */
public record RelayLimits(
    int maxBody,
    long maxBufferedBodies,
    int maxHeader,
    int maxQueue,
    int eventLoops,
    int reservedCompletion) {
  public static final RelayLimits DEFAULTS =
      new RelayLimits(64 * 1024 * 1024, 512L * 1024 * 1024, 32 * 1024, 10_000, 0, 4096);

  public RelayLimits {
    atLeast("max_body", maxBody, 1024);
    atLeast("max_buffered_bodies", maxBufferedBodies, maxBody);
    atLeast("max_header", maxHeader, 1024);
    atLeast("max_queue", maxQueue, 0);
    atLeast("event_loops", eventLoops, 0);
    atLeast("reserved_completion", reservedCompletion, 1);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
