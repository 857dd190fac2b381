package org.archipel.relay;

import java.io.IOException;

/** Answers requests at one path. Thread-safe; called on a virtual thread of its own each time. */
@FunctionalInterface
public interface SideRoute {
  /** The longest body of a request, in bytes; above it the client is told 413. */
  int MAX_BODY = 256 * 1024;

  /**
   * Answers one request, exactly once. The thread is interrupted when the client went away, when
   * the site shuts down and when the answer did not begin within 60 s. A return without an answer
   * and an exception are told the client as 500; within a stream they cut the connection.
   *
   * @throws IOException as the answer throws it; it is not logged
   */
  void serve(SideRequest request, SideAnswer answer) throws IOException, InterruptedException;
}
