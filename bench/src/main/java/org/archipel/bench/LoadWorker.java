package org.archipel.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The connections of a load that live on one event loop, and who of them asks next. All methods run
 * on that loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close shows as channelInactive.
final class LoadWorker {
  private static final long RECONNECT_MILLIS = 50;

  /** Ports that one source address gives towards one target, with a margin. */
  private static final int CONNECTIONS_PER_SOURCE = 20_000;

  private final LoadPlan plan;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final long nanosBetween;
  private final boolean stamped;
  private final Set<LoadConnection> open = new HashSet<>();
  private final ArrayDeque<LoadConnection> idle = new ArrayDeque<>();
  private final ArrayDeque<Long> late = new ArrayDeque<>();
  private LoadTally tally = new LoadTally();
  private boolean measuring;
  private boolean running = true;
  private long nextIntended;

  /**
   * Makes a worker that has no connection yet.
   *
   * @param share this worker's part of the plan's rate
   */
  LoadWorker(LoadPlan plan, EventLoop loop, Bootstrap bootstrap, double share) {
    this.plan = plan;
    this.loop = loop;
    this.bootstrap = bootstrap;
    this.nanosBetween =
        plan.ratePerSecond().isPresent()
            ? (long) (1e9 / (plan.ratePerSecond().getAsDouble() * share))
            : 0;
    this.stamped = plan.request().expected().events().isPresent();
  }

  /** Opens connection {@code number} at its place in the ramp. */
  void open(int number) {
    long delay = plan.ramp().toNanos() / plan.connections() * number;
    if (delay == 0) {
      loop.execute(() -> connect(number));
    } else {
      var _ = loop.schedule(() -> connect(number), delay, TimeUnit.NANOSECONDS);
    }
  }

  void start() {
    nextIntended = System.nanoTime();
    if (nanosBetween > 0) {
      pace();
    }
    watch();
  }

  private void connect(int number) {
    if (!running) {
      return;
    }
    LoadConnection connection = new LoadConnection(this, plan.request());
    Bootstrap each =
        bootstrap
            .clone(loop)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(connection);
                  }
                });
    if (plan.connections() > CONNECTIONS_PER_SOURCE) {
      each.localAddress(
          new InetSocketAddress("127.0.0." + (2 + number / CONNECTIONS_PER_SOURCE), 0));
    }
    open.add(connection);
    each.connect(plan.to())
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                failed(Failure.CONNECT);
                closed(connection);
              }
            });
  }

  /** A connection that can be given work. */
  void idle(LoadConnection connection) {
    if (!running) {
      return;
    }
    if (nanosBetween == 0) {
      connection.ask(System.nanoTime());
    } else if (!late.isEmpty()) {
      connection.ask(late.remove());
    } else {
      idle.add(connection);
    }
  }

  void closed(LoadConnection connection) {
    open.remove(connection);
    idle.remove(connection);
    if (running) {
      // A pause, so that a target that is down is not hammered by its own load generator.
      var _ = loop.schedule(() -> connect(0), RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void pace() {
    long now = System.nanoTime();
    for (; nextIntended <= now; nextIntended += nanosBetween) {
      LoadConnection free = idle.poll();
      if (free == null) {
        late.add(nextIntended);
      } else {
        free.ask(nextIntended);
      }
    }
    if (running) {
      long wait = Math.max(nextIntended - System.nanoTime(), 0);
      var _ = loop.schedule(this::pace, wait, TimeUnit.NANOSECONDS);
    }
  }

  private void watch() {
    if (!running) {
      return;
    }
    long now = System.nanoTime();
    for (LoadConnection connection : Set.copyOf(open)) {
      if (connection.stalled(now, plan.timeout().toNanos())) {
        connection.abandon(Failure.TIMEOUT);
      }
    }
    // Requests whose time came but for which no connection became free have failed too.
    while (!late.isEmpty() && now - late.getFirst() > plan.timeout().toNanos()) {
      late.remove();
      failed(Failure.TIMEOUT);
    }
    var _ = loop.schedule(this::watch, 500, TimeUnit.MILLISECONDS);
  }

  boolean stamped() {
    return stamped;
  }

  void time(Timing timing, long nanos) {
    if (measuring) {
      tally.time(timing, nanos);
    }
  }

  void event() {
    if (measuring) {
      tally.event();
    }
  }

  void answered(long nanos, long bytes) {
    if (measuring) {
      tally.answered(bytes);
      tally.time(Timing.REQUEST, nanos);
    }
  }

  void failed(Failure failure) {
    // Also while warming up: an error is never part of being warm. What ends with us is not one.
    if (running) {
      tally.failed(failure);
    }
  }

  int connections() {
    return open.size();
  }

  void beginMeasuring() {
    measuring = true;
  }

  void endMeasuring() {
    measuring = false;
  }

  /** What was counted since it was last collected. */
  LoadTally collect() {
    LoadTally counted = tally;
    tally = new LoadTally();
    return counted;
  }

  void stop() {
    running = false;
  }
}
