package org.archipel.federation.http;

import java.io.IOException;

/** An answer that goes on. Thread-safe. */
public interface PublicStream extends AutoCloseable {
  /**
   * Sends bytes, which must not be changed afterwards; blocks while the reader is behind.
   *
   * @throws IOException when nobody reads any more
   */
  void write(byte[] bytes) throws IOException, InterruptedException;

  /** Whether nobody reads any more. */
  boolean closed();

  /** Ends the answer in order. */
  @Override
  void close();
}
