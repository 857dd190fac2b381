package org.archipel.relay;

import io.netty.channel.ChannelConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What a client sent ahead of its turn: pieces of requests that wait until the one before them is
 * answered. Bounded: above some pieces the connection is not read.
 */
final class SentAhead {
  /** Pieces that are kept; then reading pauses. */
  private static final int MAX = 64;

  private final ChannelConfig reading;
  private final ArrayDeque<HttpObject> pieces = new ArrayDeque<>();
  private boolean draining;

  SentAhead(ChannelConfig reading) {
    this.reading = reading;
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  /** Keeps a piece, which is this object's from now on. */
  void keep(HttpObject piece) {
    pieces.add(piece);
    if (pieces.size() >= MAX) {
      reading.setAutoRead(false);
    }
  }

  /** Hands pieces over in their order, as long as their taker is ready for more. */
  void drain(BooleanSupplier ready, Consumer<HttpObject> taker) {
    // A request that is answered at once asks for the next one while it is still being taken.
    if (draining || pieces.isEmpty()) {
      return;
    }
    draining = true;
    while (ready.getAsBoolean() && !pieces.isEmpty()) {
      taker.accept(pieces.poll());
    }
    draining = false;
    if (pieces.size() < MAX) {
      reading.setAutoRead(true);
    }
  }

  /** Gives everything back. */
  void release() {
    pieces.forEach(ReferenceCountUtil::release);
    pieces.clear();
  }
}
