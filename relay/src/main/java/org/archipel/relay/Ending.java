package org.archipel.relay;

import io.netty.buffer.ByteBuf;

/** The last that a client hears of its request. It waits for the request's record to be safe. */
sealed interface Ending {
  /** The last bytes of a complete answer. */
  record Complete(ByteBuf last) implements Ending {}

  /**
   * An error of the site or the engine.
   *
   * @param stream whether what was begun is a stream of events
   */
  record Failed(Failure failure, boolean stream) implements Ending {}

  /** An engine found the request wrong. */
  record Rejected(int status, EngineError error) implements Ending {}
}
