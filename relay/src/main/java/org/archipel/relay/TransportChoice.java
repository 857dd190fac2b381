package org.archipel.relay;

/** How the relay talks to the kernel. */
public enum TransportChoice {
  /** io_uring, else epoll, else NIO: the first that works here. */
  AUTO,
  IO_URING,
  EPOLL,
  NIO
}
