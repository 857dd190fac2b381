package org.archipel.relay;

import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/** A connection to an engine that is being made, so that it can be given up. */
final class UpstreamAttempt {
  /** An attempt that needed no waiting. */
  static final UpstreamAttempt DONE = new UpstreamAttempt(null);

  private final @Nullable ChannelFuture connecting;
  private boolean over;

  UpstreamAttempt(@Nullable ChannelFuture connecting) {
    this.connecting = connecting;
    this.over = connecting == null;
  }

  /** Gives up: the connection is closed and the listener hears nothing. */
  void cancel() {
    if (!over && connecting != null) {
      over = true;
      connecting.channel().close();
    }
  }

  boolean cancelled() {
    return over;
  }

  void done() {
    over = true;
  }

  void failed(UpstreamListener listener) {
    if (!over) {
      over = true;
      listener.connectionFailed(UpstreamListener.Problem.CONNECT, false);
    }
  }
}
