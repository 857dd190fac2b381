package org.archipel.simulator;

import io.netty.buffer.ByteBuf;

/** How one answer is written on the wire; used by one event loop. */
interface AnswerFormat {

  /** Tokens of the answer, 0 where none are generated. */
  int tokens();

  /** Media type of the whole answer. */
  default String wholeType() {
    return "application/json";
  }

  /** The whole answer, for a request without {@code stream}. */
  byte[] whole();

  /** The events before the first token. */
  default void opening(ByteBuf out) {
    throw new UnsupportedOperationException("not streamed");
  }

  /** One event with one token. */
  default void token(ByteBuf out, int index) {
    throw new UnsupportedOperationException("not streamed");
  }

  /** The events after the last token. */
  default void closing(ByteBuf out) {
    throw new UnsupportedOperationException("not streamed");
  }

  /** The events of a stream that fails. */
  default void failure(ByteBuf out) {
    throw new UnsupportedOperationException("not streamed");
  }
}
