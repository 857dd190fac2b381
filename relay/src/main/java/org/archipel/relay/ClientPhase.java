package org.archipel.relay;

/** Where a client's connection stands. */
enum ClientPhase {
  /** Between requests. */
  IDLE,
  /** It is being found out away from the event loop what to do with a request. */
  ASKING,
  /** A request's body is coming in. */
  RECEIVING,
  /** A request was answered before its body ended; the rest is thrown away. */
  DISCARDING,
  /** A request is being served. */
  SERVING,
  /** A request was answered, but the client has not taken enough of the answer yet. */
  DRAINING,
  /** Nothing is taken any more; what was written may still be on its way. */
  CLOSED;

  /** Whether what comes next is looked at, and not kept for later. */
  boolean takesMore() {
    return switch (this) {
      case SERVING, DRAINING, ASKING -> false;
      // Where it is thrown away, when it is closed.
      case IDLE, RECEIVING, DISCARDING, CLOSED -> true;
    };
  }
}
