package org.archipel.relay;

import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What requests to side routes share. They come from anybody, so they have memory and numbers of
 * their own: no flood of them takes either from inference. Thread-safe.
 */
final class SideDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SideDoor.class);
  private static final long MEMORY = 64L * 1024 * 1024;

  /** Requests at once; a stream of each of 200 peers and as many polls need half of it. */
  private static final int MOST = 1024;

  private final SideRoutes routes;
  private final BodyMemory memory = new BodyMemory(MEMORY);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger running = new AtomicInteger();

  SideDoor(SideRoutes routes) {
    this.routes = routes;
  }

  Optional<SideRoute> route(RequestHead request) {
    return routes.route(request.method().name(), request.path());
  }

  /** The memory for bodies. */
  BodyMemory memory() {
    return memory;
  }

  /** How many threads serve. */
  int running() {
    return running.get();
  }

  /** Runs a request's work, or returns false when too many run. */
  boolean run(Runnable work) {
    if (running.incrementAndGet() > MOST) {
      running.decrementAndGet();
      return false;
    }
    threads.execute(
        () -> {
          try {
            work.run();
          } finally {
            running.decrementAndGet();
          }
        });
    return true;
  }

  /** Interrupts what still runs. */
  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
        LOG.warn("{} requests beside /v1 do not end", running.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
