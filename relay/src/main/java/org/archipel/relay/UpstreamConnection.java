package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to an engine. Serves one request at a time; idle between requests in its
 * pool. Lives on one event loop.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  private static final int SWITCHING_PROTOCOLS = 101;

  private final Channel channel;
  private final UpstreamPool pool;
  private final EngineTarget target;
  private @Nullable UpstreamListener listener;
  private boolean skippingInformational;
  private boolean keepAlive;
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
    try {
      HttpObject object = (HttpObject) message;
      UpstreamListener user = listener;
      if (user == null) {
        // An answer that nobody asked for.
        channel.close();
      } else if (object.decoderResult().isFailure()) {
        fail(UpstreamListener.Problem.PROTOCOL);
      } else {
        read(object, user);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void read(HttpObject object, UpstreamListener user) {
    if (object instanceof HttpResponse head) {
      int status = head.status().code();
      if (status == SWITCHING_PROTOCOLS) {
        fail(UpstreamListener.Problem.PROTOCOL);
        return;
      }
      skippingInformational = status < 200;
      if (!skippingInformational) {
        keepAlive = HttpUtil.isKeepAlive(head);
        user.responseHead(head);
      }
    }
    if (object instanceof HttpContent content && !skippingInformational) {
      if (content.content().isReadable() && busy()) {
        user.responseContent(content.content());
      }
      if (content instanceof LastHttpContent && busy()) {
        end(user);
      }
    }
  }

  /** Whether the request goes on: its listener may have given it up in the middle of a piece. */
  private boolean busy() {
    return listener != null;
  }

  private void end(UpstreamListener user) {
    listener = null;
    if (keepAlive && channel.isActive()) {
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
