package org.archipel.federation.http;

import java.io.IOException;

/** Answers requests at one path, exactly once each, on a virtual thread. Thread-safe. */
@FunctionalInterface
public interface PublicRoute {
  /**
   * Answers one request. The thread is interrupted when nobody waits for the answer any more.
   *
   * @throws IOException as the answer throws it
   */
  void serve(PublicRequest request, PublicAnswer answer) throws IOException, InterruptedException;
}
