package org.archipel.bench;

import io.netty.channel.ChannelHandlerContext;

/** The events of one paced answer that are still to be sent. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close shows as channelInactive.
final class PacedEvents implements PacedStreams.Stream {
  private final ChannelHandlerContext ctx;
  private final boolean usage;
  private final UpstreamConnection connection;
  private int left;

  PacedEvents(ChannelHandlerContext ctx, int events, boolean usage, UpstreamConnection connection) {
    this.ctx = ctx;
    this.left = events;
    this.usage = usage;
    this.connection = connection;
  }

  @Override
  public boolean sendNext() {
    if (!ctx.channel().isActive()) {
      return false;
    }
    left--;
    ctx.writeAndFlush(connection.pacedEvent(ctx, left == 0), ctx.voidPromise());
    if (left == 0) {
      connection.endPaced(ctx, usage);
    }
    return left > 0;
  }
}
