package org.archipel.relay;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to the kernel that was chosen, and the Netty types that go with it.
 *
 * @param name for logs and people
 */
record Transport(
    String name,
    IoHandlerFactory handlers,
    Class<? extends ServerSocketChannel> server,
    Class<? extends SocketChannel> socket,
    Class<? extends DatagramChannel> datagram) {
  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  /**
   * The transport of that choice.
   *
   * @throws IllegalArgumentException when it does not work on this machine
   */
  static Transport of(TransportChoice choice) {
    return switch (choice) {
      case IO_URING -> {
        Transport chosen = available(IoUring.isAvailable(), "io_uring", ioUring());
        LOG.warn("transport: io_uring does not notice every client that leaves (expected: epoll)");
        yield chosen;
      }
      case EPOLL -> available(Epoll.isAvailable(), "epoll", epoll());
      case NIO -> nio();
      case AUTO -> best();
    };
  }

  EventLoopGroup eventLoops(int threads) {
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return new MultiThreadIoEventLoopGroup(
        count, new DefaultThreadFactory("relay", false), handlers);
  }

  /**
   * Not io_uring, though it costs less: as Netty 4.2.18 drives it, 1 to 3 % of the resets that
   * follow closely on data are lost, so that a client that left keeps its engine; and without
   * multishot polls, which avoids that, connections that are closed while data waits stay open.
   */
  private static Transport best() {
    if (Epoll.isAvailable()) {
      return epoll();
    }
    LOG.debug("epoll is not available: {}", reason(Epoll.unavailabilityCause()));
    return nio();
  }

  private static Transport available(boolean available, String name, Transport transport) {
    if (!available) {
      throw new IllegalArgumentException("transport: " + name + " does not work on this machine");
    }
    return transport;
  }

  private static String reason(Throwable cause) {
    return cause == null ? "unknown" : String.valueOf(cause.getMessage());
  }

  private static Transport ioUring() {
    return new Transport(
        "io_uring",
        IoUringIoHandler.newFactory(),
        IoUringServerSocketChannel.class,
        IoUringSocketChannel.class,
        IoUringDatagramChannel.class);
  }

  private static Transport epoll() {
    return new Transport(
        "epoll",
        EpollIoHandler.newFactory(),
        EpollServerSocketChannel.class,
        EpollSocketChannel.class,
        EpollDatagramChannel.class);
  }

  private static Transport nio() {
    return new Transport(
        "nio",
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class,
        NioDatagramChannel.class);
  }
}
