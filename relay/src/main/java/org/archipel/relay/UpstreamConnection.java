package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to an engine. Serves one request at a time; idle between requests in its
 * pool. Lives on one event loop.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  private final Channel channel;
  private final UpstreamPool pool;
  private final EngineTarget target;
  private final ResponseParser parser = new ResponseParser();
  private @Nullable UpstreamListener listener;
  private boolean moreToRead;
  private boolean reused;
  private long idleSince;

  UpstreamConnection(Channel channel, UpstreamPool pool, EngineTarget target) {
    this.channel = channel;
    this.pool = pool;
    this.target = target;
  }

  EngineTarget target() {
    return target;
  }

  boolean usable() {
    return channel.isActive();
  }

  long idleSince() {
    return idleSince;
  }

  /** Gives the connection to a request. */
  void assign(UpstreamListener user) {
    listener = user;
    user.connected(this);
  }

  /** Writes a whole request. */
  void send(ByteBuf request) {
    channel.writeAndFlush(request, channel.voidPromise());
  }

  /** Stops or resumes reading, so that a slow client slows its engine down and not our memory. */
  void reading(boolean on) {
    channel.config().setAutoRead(on);
  }

  /** Closes the connection in the middle of a request; its listener hears nothing more. */
  void abort() {
    listener = null;
    channel.close();
  }

  void close() {
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      byte[] bytes = pool.scratch();
      while (in.isReadable()) {
        int count = Math.min(in.readableBytes(), bytes.length);
        in.readBytes(bytes, 0, count);
        parser.feed(bytes, 0, count);
        moreToRead = in.isReadable();
        read(bytes);
      }
    } catch (MalformedResponseException e) {
      fail(UpstreamListener.Problem.PROTOCOL);
    } finally {
      in.release();
    }
  }

  private void read(byte[] bytes) throws MalformedResponseException {
    UpstreamListener user = listener;
    if (user == null) {
      closeUnlessBlank();
      return;
    }
    while (busy()) {
      switch (parser.next()) {
        case HEAD -> user.responseHead(parser.head());
        case CONTENT -> user.responseContent(bytes, parser.start(), parser.end());
        case END -> {
          end(user);
          return;
        }
        case MORE -> {
          return;
        }
      }
    }
  }

  /** An answer that nobody asked for; some servers put a blank line behind a body. */
  private void closeUnlessBlank() {
    if (parser.excess()) {
      close();
    }
  }

  /** Whether the request goes on: its listener may have given it up in the middle of a piece. */
  private boolean busy() {
    return listener != null;
  }

  private void end(UpstreamListener user) {
    listener = null;
    // What follows would be taken for the answer to the next request.
    boolean excess = moreToRead || parser.excess();
    if (parser.head().keepAlive() && !excess && channel.isActive()) {
      reused = true;
      idleSince = System.nanoTime();
      channel.config().setAutoRead(true);
      pool.park(this);
    } else {
      channel.close();
    }
    user.responseEnd();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    UpstreamListener user = listener;
    if (user != null) {
      user.readComplete();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    pool.forget(this);
    UpstreamListener user = listener;
    if (user != null && parser.endsWithConnection()) {
      end(user);
      return;
    }
    fail(UpstreamListener.Problem.CLOSED);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(
        cause instanceof IOException
            ? UpstreamListener.Problem.CLOSED
            : UpstreamListener.Problem.PROTOCOL);
  }

  private void fail(UpstreamListener.Problem problem) {
    UpstreamListener user = listener;
    listener = null;
    channel.close();
    if (user != null) {
      user.connectionFailed(problem, reused);
    }
  }
}
