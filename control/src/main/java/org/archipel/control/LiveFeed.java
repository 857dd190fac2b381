package org.archipel.control;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.archipel.directory.access.Visible;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.scheduling.EngineSnapshot;
import org.archipel.scheduling.FlowSnapshot;
import org.archipel.scheduling.PoolSnapshot;
import org.archipel.scheduling.ServiceClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the site once a second and tells all who listen. It is looked at once, whoever listens,
 * and written down once for all who may see the same. A listener that does not keep up misses
 * moments; nothing is stored for it. Thread-safe.
 */
final class LiveFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
  private static final int MOST_LISTENERS = 120;
  private static final int MISSED_LIMIT = 30;
  private static final int CHECK_EACH = 5;
  private static final double NANOS = 1e9;

  /**
   * What somebody may see.
   *
   * @param flows of whom the waiting requests
   * @param engines whether it is told how each engine is
   */
  record Audience(Visible flows, boolean engines) {}

  /** Somebody who listens. Only the feed's own thread changes it. */
  private static final class Listener {
    final Audience audience;
    final HttpResponseWriter writer;
    final BooleanSupplier welcome;
    CompletableFuture<?> consumed = CompletableFuture.completedFuture(null);
    boolean begun;
    int missed;
    volatile boolean checking;

    Listener(Audience audience, HttpResponseWriter writer, BooleanSupplier welcome) {
      this.audience = audience;
      this.writer = writer;
      this.welcome = welcome;
    }
  }

  private final SiteState state;
  private final ModelCatalog catalog;
  private final Json json;
  private final Clock clock;
  private final Executor threads;
  private final LiveSamples samples = new LiveSamples();
  private final Queue<Listener> listeners = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final ScheduledExecutorService ticks =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("control-live").factory());
  private long tick;

  /**
   * @param threads for what blocks
   */
  LiveFeed(SiteState state, ModelCatalog catalog, Json json, Clock clock, Executor threads) {
    this.state = state;
    this.catalog = catalog;
    this.json = json;
    this.clock = clock;
    this.threads = threads;
    var _ = ticks.scheduleAtFixedRate(this::tick, 0, 1, TimeUnit.SECONDS);
  }

  /**
   * Tells somebody from the next second on, until it goes away or is no longer welcome.
   *
   * @param welcome asked now and then, on a thread that may block
   * @throws Refusal when too many listen already
   */
  void add(Audience audience, HttpResponseWriter writer, BooleanSupplier welcome) {
    if (count.incrementAndGet() > MOST_LISTENERS) {
      count.decrementAndGet();
      throw new Refusal(
          Problem.Kind.UNAVAILABLE,
          "too many consoles are open (expected: <= " + MOST_LISTENERS + ")");
    }
    listeners.add(new Listener(audience, writer, welcome));
  }

  /** The site now, for one caller. */
  LiveView now(Audience audience) {
    synchronized (samples) {
      return view(audience, clock.instant(), state.pools(), true);
    }
  }

  private void tick() {
    try {
      Instant at = clock.instant();
      Map<String, PoolSnapshot> pools = state.pools();
      synchronized (samples) {
        samples.add(at, state.counts(), pools);
      }
      tick++;
      listeners.removeIf(this::gone);
      if (!listeners.isEmpty()) {
        tell(at, pools);
      }
    } catch (RuntimeException e) {
      LOG.warn("the live view missed a second", e);
    }
  }

  private boolean gone(Listener listener) {
    boolean gone = !listener.writer.isOpen() || listener.missed > MISSED_LIMIT;
    if (gone) {
      listener.writer.close();
      count.decrementAndGet();
    }
    return gone;
  }

  private void tell(Instant at, Map<String, PoolSnapshot> pools) {
    Map<Audience, HttpData> events = new HashMap<>();
    for (Listener listener : listeners) {
      if (!listener.consumed.isDone()) {
        listener.missed++;
        continue;
      }
      listener.missed = 0;
      HttpData event =
          listener.begun
              ? events.computeIfAbsent(
                  listener.audience, audience -> event(audience, at, pools, false))
              : event(listener.audience, at, pools, true);
      listener.begun |= listener.writer.tryWrite(event);
      listener.consumed = listener.writer.whenConsumed();
      if (tick % CHECK_EACH == 0) {
        check(listener);
      }
    }
  }

  /** A session that ended, or a role that is gone, ends the stream within seconds. */
  private void check(Listener listener) {
    if (listener.checking) {
      return;
    }
    listener.checking = true;
    try {
      threads.execute(
          () -> {
            if (!listener.welcome.getAsBoolean()) {
              listener.writer.close();
            }
            listener.checking = false;
          });
    } catch (RejectedExecutionException e) {
      listener.writer.close();
    }
  }

  private HttpData event(
      Audience audience, Instant at, Map<String, PoolSnapshot> pools, boolean history) {
    synchronized (samples) {
      byte[] view = json.bytes(view(audience, at, pools, history));
      return HttpData.ofUtf8("data: " + new String(view, StandardCharsets.UTF_8) + "\n\n");
    }
  }

  private LiveView view(
      Audience audience, Instant at, Map<String, PoolSnapshot> pools, boolean history) {
    List<FlowSnapshot> flows = pools.values().stream().flatMap(p -> p.flows().stream()).toList();
    List<LiveView.OfClass> classes = new ArrayList<>();
    for (ServiceClass one : ServiceClass.values()) {
      classes.add(ofClass(one, flows));
    }
    return new LiveView(
        at,
        state.ready(),
        samples.totals(),
        classes,
        catalog.models().stream()
            .map(model -> pool(audience, model, Optional.ofNullable(pools.get(model.id()))))
            .toList(),
        history ? Optional.of(samples.points()) : Optional.empty());
  }

  private LiveView.OfClass ofClass(ServiceClass one, List<FlowSnapshot> flows) {
    List<FlowSnapshot> own =
        flows.stream().filter(flow -> flow.flow().serviceClass() == one).toList();
    LiveSamples.Waits waits = samples.waits(QueueRoutes.word(one));
    return new LiveView.OfClass(
        QueueRoutes.word(one),
        own.stream().mapToInt(FlowSnapshot::waiting).sum(),
        own.stream().mapToInt(FlowSnapshot::running).sum(),
        oldest(own),
        waits.requests(),
        waits.median(),
        waits.most());
  }

  private static double oldest(List<FlowSnapshot> flows) {
    return flows.stream().mapToLong(FlowSnapshot::oldestWaitNanos).max().orElse(0) / NANOS;
  }

  /** A model whose pool has not begun has no waiting requests, and no states of engines. */
  private LiveView.Pool pool(Audience audience, ModelSpec model, Optional<PoolSnapshot> pool) {
    List<FlowSnapshot> flows = pool.map(PoolSnapshot::flows).orElse(List.of());
    List<EngineSnapshot> engines = pool.map(PoolSnapshot::engines).orElse(List.of());
    long up =
        model.engines().stream()
            .filter(
                engine ->
                    catalog
                        .status(model.id(), engine.id())
                        .filter(EngineStatus::takesRequests)
                        .isPresent())
            .count();
    return new LiveView.Pool(
        model.id(),
        QueueRoutes.rounded(pool.map(PoolSnapshot::saturation).orElse(Double.NaN)),
        flows.stream().mapToInt(FlowSnapshot::waiting).sum(),
        engines.stream().mapToInt(EngineSnapshot::running).sum(),
        oldest(flows),
        (int) up,
        model.engines().size(),
        flows.stream().filter(flow -> shown(audience, flow)).map(QueueRoutes::view).toList(),
        audience.engines
            ? Optional.of(engines.stream().map(QueueRoutes::view).toList())
            : Optional.empty());
  }

  private static boolean shown(Audience audience, FlowSnapshot flow) {
    return audience.flows.shows(flow.flow().organization(), Optional.of(flow.flow().project()));
  }

  /** Ends all streams. */
  @Override
  public void close() {
    ticks.shutdownNow();
    listeners.forEach(listener -> listener.writer.close());
  }
}
