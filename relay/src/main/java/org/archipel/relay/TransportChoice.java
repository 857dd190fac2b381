package org.archipel.relay;

/** How the relay talks to the kernel. */
public enum TransportChoice {
  /** epoll, else NIO: the first that works here. */
  AUTO,
  /** Cheaper than epoll, but with Netty 4.2.18 some clients that leave go unnoticed. */
  IO_URING,
  EPOLL,
  NIO
}
