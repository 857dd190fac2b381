package org.archipel.control;

import com.linecorp.armeria.common.Flags;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * One event loop that ends when it is told to. Netty's own wait for two quiet seconds first, and
 * Armeria asks for nothing else: every stop of a site would take that long.
 */
final class PromptLoops extends MultiThreadIoEventLoopGroup {
  private static final long LIMIT_MILLIS = 2000;

  PromptLoops(String name) {
    super(1, new DefaultThreadFactory(name), handlers());
  }

  /** The kind that Armeria's channels need; it chooses by what the machine has. */
  private static IoHandlerFactory handlers() {
    return switch (Flags.transportType()) {
      case NIO -> NioIoHandler.newFactory();
      case EPOLL -> EpollIoHandler.newFactory();
      case KQUEUE -> KQueueIoHandler.newFactory();
      case IO_URING -> IoUringIoHandler.newFactory();
    };
  }

  @Override
  public Future<?> shutdownGracefully() {
    return shutdownGracefully(0, LIMIT_MILLIS, TimeUnit.MILLISECONDS);
  }
}
