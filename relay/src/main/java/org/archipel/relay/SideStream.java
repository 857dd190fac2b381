package org.archipel.relay;

import java.io.IOException;

/** An answer that goes on: each write reaches the client as soon as it can. Thread-safe. */
public interface SideStream extends AutoCloseable {
  /**
   * Sends bytes; blocks while the client has more than 128 KiB to take. The array must not be
   * changed afterwards.
   *
   * @throws IOException when nobody reads any more, also when the client took nothing for the time
   *     that the relay gives it
   */
  void write(byte[] bytes) throws IOException, InterruptedException;

  /** Whether nobody reads any more: the client is gone, or the site shuts down. */
  boolean closed();

  /** Ends the answer in order. Calling it again does nothing. */
  @Override
  void close();
}
