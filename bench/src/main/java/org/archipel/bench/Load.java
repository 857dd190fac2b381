package org.archipel.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * A load on one target, from its first connection until it is closed.
 *
 * <p>Runs from construction; only what happens between {@link #beginMeasuring} and {@link
 * #endMeasuring} is counted, except errors, which count from the start. Its methods are called by
 * one thread, which is not one of its loops.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The loops themselves are closed last.
final class Load implements AutoCloseable {
  private final LoadPlan plan;
  private final MultiThreadIoEventLoopGroup loops;
  private final List<LoadWorker> workers = new ArrayList<>();
  private final List<EventLoop> homes = new ArrayList<>();
  private long begunAt;

  private Load(LoadPlan plan, MultiThreadIoEventLoopGroup loops) {
    this.plan = plan;
    this.loops = loops;
  }

  /** Begins to open the plan's connections. */
  static Load start(LoadPlan plan, int atMostThreads) {
    if (atMostThreads < 1) {
      throw new IllegalArgumentException("threads: " + atMostThreads + " (expected: >= 1)");
    }
    // A loop without a connection would only collect requests that nobody sends.
    int threads = Math.min(atMostThreads, plan.connections());
    Transport transport = Transport.best();
    Load load = new Load(plan, transport.loops(threads));
    Bootstrap bootstrap =
        new Bootstrap()
            .channel(transport.channel())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 10_000)
            .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(64 * 1024));
    for (int i = 0; i < threads; i++) {
      EventLoop home = load.loops.next();
      LoadWorker worker = new LoadWorker(plan, home, bootstrap, 1.0 / threads);
      load.homes.add(home);
      load.workers.add(worker);
      home.execute(worker::start);
    }
    for (int i = 0; i < plan.connections(); i++) {
      load.workers.get(i % threads).open(i);
    }
    return load;
  }

  void beginMeasuring() {
    for (int i = 0; i < workers.size(); i++) {
      LoadWorker worker = workers.get(i);
      on(
          i,
          () -> {
            worker.beginMeasuring();
            return true;
          });
    }
    begunAt = System.nanoTime();
  }

  /** What happened since measuring began; measuring may then begin anew. */
  LoadResult endMeasuring() {
    double seconds = (System.nanoTime() - begunAt) / 1e9;
    LoadTally sum = collect();
    for (int i = 0; i < workers.size(); i++) {
      LoadWorker worker = workers.get(i);
      homes.get(i).execute(worker::endMeasuring);
    }
    return sum.result(seconds);
  }

  /** What was counted since it was last collected. */
  LoadTally collect() {
    LoadTally sum = new LoadTally();
    for (int i = 0; i < workers.size(); i++) {
      sum.add(on(i, workers.get(i)::collect));
    }
    return sum;
  }

  /** Connections that are open or being opened. */
  int connections() {
    int sum = 0;
    for (int i = 0; i < workers.size(); i++) {
      sum += on(i, workers.get(i)::connections);
    }
    return sum;
  }

  LoadPlan plan() {
    return plan;
  }

  private <T> T on(int worker, Callable<T> question) {
    return homes.get(worker).submit(question).syncUninterruptibly().getNow();
  }

  /** Closes every connection; requests under way are not counted as errors. */
  @Override
  public void close() {
    for (int i = 0; i < workers.size(); i++) {
      homes.get(i).execute(workers.get(i)::stop);
    }
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
