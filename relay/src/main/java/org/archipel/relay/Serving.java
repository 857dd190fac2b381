package org.archipel.relay;

/** A request whose body is there and whose answer is under way. Lives on its client's loop. */
sealed interface Serving permits Exchange, SideExchange {
  void start();

  /** Looks at the clock. */
  void sweep(long now);

  /** The client can or cannot take more. */
  void clientWritable(boolean writable);

  /** The client went away. */
  void clientGone();

  /** The relay itself failed: the client is told, and what the request held is given back. */
  void defect();

  /** Whether it waits for an engine. */
  boolean waiting();

  /** Site shutdown: the grace period is over. */
  void shutDown();
}
