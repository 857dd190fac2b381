package org.archipel.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The neutral upstream: an engine that costs next to nothing, so that what is measured is the
 * gateway in front of it. One event loop, loopback only.
 *
 * <p>Answers {@code GET /v1/models}, {@code /health}, {@code /version}, and any POST by the {@code
 * model} in its body: {@code json} (1,021 bytes), {@code burst} (200 events of 250 bytes as fast as
 * the socket takes them), {@code paced}, {@code paced10} and {@code paced1} (50, 10 and 1 events a
 * second, as many as {@code max_tokens} says, each with the time it was sent at), {@code prefill}
 * (as {@code paced}, the first event 200 ms after the head), {@code big} (swallows any body).
 */
@SuppressWarnings("FutureReturnValueIgnored") // The loops themselves are closed last.
final class Upstream implements AutoCloseable {
  private final EventLoopGroup loops;
  private final Channel listener;

  private Upstream(EventLoopGroup loops, Channel listener) {
    this.loops = loops;
    this.listener = listener;
  }

  /**
   * Starts to listen on loopback.
   *
   * @param port 0 for any free one
   * @param defaultEvents events of a paced answer when the request names no {@code max_tokens}
   */
  static Upstream start(int port, int defaultEvents) {
    Transport transport = Transport.best();
    EventLoopGroup loops = transport.loops(1);
    UpstreamAnswers answers = new UpstreamAnswers();
    PacedStreams paced = new PacedStreams(loops.next());
    byte[] scratch = new byte[UpstreamAsk.LOOKED_AT];
    try {
      Channel listener =
          new ServerBootstrap()
              .group(loops)
              .channel(transport.serverChannel())
              .option(ChannelOption.SO_BACKLOG, 4096)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childOption(
                  ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(32 * 1024))
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel
                          .pipeline()
                          .addLast(new UpstreamConnection(answers, paced, scratch, defaultEvents));
                    }
                  })
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .syncUninterruptibly()
              .channel();
      return new Upstream(loops, listener);
    } catch (RuntimeException e) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw e;
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** Closes the listener and every connection. */
  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
