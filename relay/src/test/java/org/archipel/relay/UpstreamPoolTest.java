package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.archipel.engines.PrioritySense;
import org.junit.jupiter.api.Test;

final class UpstreamPoolTest {
  /** A socket that the system does not give, as when too many files are open. */
  public static final class NoSocket extends NioSocketChannel {
    /** Called by Netty. */
    public NoSocket() {
      throw new ChannelException("too many open files");
    }
  }

  /** Hears how a connection fails, and on which thread. */
  private static final class Hearing implements UpstreamListener {
    private final EventLoop loop;
    private final CompletableFuture<Boolean> failedOnLoop = new CompletableFuture<>();

    Hearing(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    public void connected(UpstreamConnection connection) {
      failedOnLoop.completeExceptionally(new AssertionError("connected"));
    }

    @Override
    public void responseHead(EngineHead head) {}

    @Override
    public void responseContent(byte[] bytes, int start, int end) {}

    @Override
    public void responseEnd() {}

    @Override
    public void readComplete() {}

    @Override
    public void connectionFailed(Problem problem, boolean reused) {
      failedOnLoop.complete(problem == Problem.CONNECT && loop.inEventLoop());
    }
  }

  @Test
  void aSocketThatCannotBeMadeIsHeardOfOnTheLoop() throws Exception {
    Transport nio = Transport.of(TransportChoice.NIO);
    Transport broken =
        new Transport("none", nio.handlers(), nio.server(), NoSocket.class, nio.datagram());
    EventLoopGroup loops = nio.eventLoops(1);
    try {
      EventLoop loop = loops.next();
      UpstreamPool pool =
          new UpstreamPool(
              loop, broken, DefaultAddressResolverGroup.INSTANCE, Duration.ofSeconds(1));
      EngineTarget target =
          EngineTarget.of(
              "m",
              RelayFixture.Specs.engine("e", URI.create("http://127.0.0.1:9")),
              PrioritySense.NONE);
      Hearing hearing = new Hearing(loop);
      loop.execute(() -> pool.open(target, hearing));

      assertThat(hearing.failedOnLoop.get(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
