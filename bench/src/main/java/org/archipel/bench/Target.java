package org.archipel.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Something that a load can be put on, in processes of its own. Used by one thread. */
interface Target extends AutoCloseable {
  TargetKind kind();

  /**
   * Starts it and returns once it has answered a request. May be called again after {@link #stop};
   * it then finds its data as it left it.
   *
   * @throws TargetException if it does not answer in time, with the end of its log
   */
  void start() throws IOException, InterruptedException;

  InetSocketAddress address();

  /** The API key to send, if it wants one. */
  Optional<String> key();

  /** Its first process; CPU time and memory count with all that descend from it. */
  long pid();

  /** Ends its processes and waits for that. */
  void stop();

  /** Stops it, if it runs, and removes its files. */
  @Override
  void close();
}
