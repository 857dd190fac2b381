package org.archipel.relay;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.AddressResolverGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections of one event loop to engines. */
final class UpstreamPool {
  /**
   * How long an idle connection is trusted. uvicorn, under vLLM, closes after five seconds; a
   * connection that is used again just then loses the request.
   */
  private static final long IDLE_NANOS = Duration.ofSeconds(4).toNanos();

  private static final int MAX_IDLE_PER_ENGINE = 1024;

  /** What one read takes of an engine's answer at most. */
  private static final int READ = 64 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);

  private final EventLoop loop;
  private final LoopReceiveBuffer receiveBuffer = new LoopReceiveBuffer(READ);
  private final byte[] scratch = new byte[READ];
  private final long connectMillis;
  private final Bootstrap bootstrap;
  private final Bootstrap unresolving;
  private final IdentityHashMap<EngineTarget, ArrayDeque<UpstreamConnection>> idle =
      new IdentityHashMap<>();

  UpstreamPool(
      EventLoop loop,
      Transport transport,
      AddressResolverGroup<InetSocketAddress> resolver,
      Duration connectTimeout) {
    this.loop = loop;
    this.connectMillis = connectTimeout.toMillis();
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(transport.socket())
            .resolver(resolver)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    // The pipeline is built once it is known to which engine it leads.
                  }
                });
    this.unresolving = bootstrap.clone().disableResolver();
  }

  /** Finds or opens a connection and gives it to the listener, now or later. */
  UpstreamAttempt open(EngineTarget target, UpstreamListener listener) {
    ArrayDeque<UpstreamConnection> parked = idle.get(target);
    while (parked != null && !parked.isEmpty()) {
      UpstreamConnection connection = parked.pollLast();
      if (connection.usable()) {
        connection.assign(listener);
        return UpstreamAttempt.DONE;
      }
    }
    return openNew(target, listener);
  }

  /** Opens a new connection, whatever is parked. */
  UpstreamAttempt openNew(EngineTarget target, UpstreamListener listener) {
    // An address needs no resolver, whose sockets would be opened for nothing.
    Bootstrap way = target.address().isUnresolved() ? bootstrap : unresolving;
    ChannelFuture connecting = way.connect(target.address());
    UpstreamAttempt attempt = new UpstreamAttempt(connecting);
    connecting.addListener(
        _ -> {
          if (!connecting.isSuccess()) {
            failed(connecting, attempt, listener);
          } else if (attempt.cancelled()) {
            connecting.channel().close();
          } else {
            secure(connecting.channel(), target, attempt, listener);
          }
        });
    return attempt;
  }

  /** Without a socket (too many open files) the future fails on a thread of Netty's own. */
  private void failed(
      ChannelFuture connecting, UpstreamAttempt attempt, UpstreamListener listener) {
    LOG.debug("no connection: {}", String.valueOf(connecting.cause()));
    loop.execute(() -> attempt.failed(listener));
  }

  /** Memory in which an answer is read, for the duration of a call. */
  byte[] scratch() {
    return scratch;
  }

  /** A request is done: the connection waits for the next. */
  void park(UpstreamConnection connection) {
    ArrayDeque<UpstreamConnection> parked =
        idle.computeIfAbsent(connection.target(), _ -> new ArrayDeque<>());
    if (parked.size() < MAX_IDLE_PER_ENGINE) {
      parked.addLast(connection);
    } else {
      connection.close();
    }
  }

  /** A connection is closed. */
  void forget(UpstreamConnection connection) {
    ArrayDeque<UpstreamConnection> parked = idle.get(connection.target());
    if (parked != null) {
      parked.remove(connection);
    }
  }

  /** Closes connections that idled too long. */
  void sweep(long now) {
    List<UpstreamConnection> old = new ArrayList<>();
    for (ArrayDeque<UpstreamConnection> parked : idle.values()) {
      while (!parked.isEmpty() && now - parked.peekFirst().idleSince() > IDLE_NANOS) {
        old.add(parked.pollFirst());
      }
    }
    idle.values().removeIf(ArrayDeque::isEmpty);
    old.forEach(UpstreamConnection::close);
  }

  /** Closes all connections that nobody uses. */
  void closeIdle() {
    List<UpstreamConnection> all = new ArrayList<>();
    idle.values().forEach(all::addAll);
    idle.clear();
    all.forEach(UpstreamConnection::close);
  }

  private void secure(
      Channel channel, EngineTarget target, UpstreamAttempt attempt, UpstreamListener listener) {
    if (target.tls().isEmpty()) {
      ready(channel, target, attempt, listener);
      return;
    }
    InetSocketAddress address = target.address();
    SslHandler tls =
        target.tls().get().newHandler(channel.alloc(), address.getHostString(), address.getPort());
    tls.setHandshakeTimeoutMillis(connectMillis);
    channel.pipeline().addLast(tls).addLast(new HandshakeFailure());
    tls.handshakeFuture()
        .addListener(
            handshake -> {
              if (handshake.isSuccess() && !attempt.cancelled()) {
                channel.pipeline().remove(HandshakeFailure.class);
                ready(channel, target, attempt, listener);
              } else {
                channel.close();
                attempt.failed(listener);
              }
            });
  }

  /** The handshake's future tells of its failure; nobody else has to hear of it. */
  private static final class HandshakeFailure extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("no TLS with {}: {}", ctx.channel().remoteAddress(), String.valueOf(cause));
    }
  }

  private void ready(
      Channel channel, EngineTarget target, UpstreamAttempt attempt, UpstreamListener listener) {
    attempt.done();
    UpstreamConnection connection = new UpstreamConnection(channel, this, target);
    if (target.tls().isEmpty()) {
      // TLS keeps what it reads until a record is whole.
      channel.config().setRecvByteBufAllocator(receiveBuffer);
    }
    channel.pipeline().addLast(connection);
    connection.assign(listener);
  }
}
