package org.archipel.relay;

import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.archipel.ledger.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What belongs to one event loop: its connections, its waiting answers and its scratch memory. Used
 * on that loop only, so nothing in it is locked.
 */
final class LoopContext {
  private static final Logger LOG = LoggerFactory.getLogger(LoopContext.class);

  /** How often deadlines are looked at; timeouts are that exact. */
  static final long SWEEP_MILLIS = 250;

  private static final int SCRATCH = 64 * 1024;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private final EventLoop loop;
  private final Clock clock;
  private final DurableQueue durable;
  private final UpstreamPool upstreams;
  private final Set<ClientConnection> clients = new HashSet<>();
  private final HeadWriter head = new HeadWriter();
  private final byte[] scratch = new byte[SCRATCH];
  private long now = System.nanoTime();
  private byte[] dateLine = new byte[0];
  private long dateSecond = Long.MIN_VALUE;

  LoopContext(EventLoop loop, Clock clock, Journal journal, UpstreamPool upstreams) {
    this.loop = loop;
    this.clock = clock;
    this.durable = new DurableQueue(loop, journal);
    this.upstreams = upstreams;
  }

  void start() {
    loop.scheduleAtFixedRate(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  EventLoop loop() {
    return loop;
  }

  DurableQueue durable() {
    return durable;
  }

  UpstreamPool upstreams() {
    return upstreams;
  }

  Set<ClientConnection> clients() {
    return clients;
  }

  HeadWriter head() {
    return head;
  }

  /** Looks at the monotonic clock, once for all that one event on a socket leads to. */
  void tick() {
    now = System.nanoTime();
  }

  /**
   * The monotonic clock at the last {@link #tick}, at most {@link #SWEEP_MILLIS} old: good enough
   * for what the sweep compares, and free.
   */
  long now() {
    return now;
  }

  /**
   * Runs a task on this loop, at once if this is it. May be called on any thread.
   *
   * @param onDefect runs when the task threw
   */
  void run(Runnable task, Runnable onDefect) {
    if (loop.inEventLoop()) {
      guarded(task, onDefect);
    } else {
      loop.execute(() -> guarded(task, onDefect));
    }
  }

  /** Runs a task on this loop after a while. */
  void later(long nanos, Runnable task, Runnable onDefect) {
    loop.schedule(() -> guarded(task, onDefect), nanos, TimeUnit.NANOSECONDS);
  }

  /** On an event loop nobody else hears of a defect: a client would wait for ever. */
  void guarded(Runnable task, Runnable onDefect) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a request ends after a defect of the relay", e);
      onDefect.run();
    }
  }

  /** Memory for the duration of a call. */
  byte[] scratch() {
    return scratch;
  }

  /** The {@code date} header line of this second. */
  byte[] dateLine() {
    long millis = clock.millis();
    long second = Math.floorDiv(millis, 1000L);
    if (second != dateSecond) {
      dateSecond = second;
      String date = DATE.format(Instant.ofEpochSecond(second));
      dateLine = ("date: " + date + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
    return dateLine;
  }

  private void sweep() {
    tick();
    // A copy, since a connection that times out leaves the set.
    for (ClientConnection client : new ArrayList<>(clients)) {
      try {
        client.sweep(now);
      } catch (RuntimeException e) {
        // One defect must not end the watch over all others.
        LOG.error("a client's connection is closed after a defect of the relay", e);
        client.close();
      }
    }
    upstreams.sweep(now);
  }
}
