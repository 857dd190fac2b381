package org.archipel.directory.quota;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.archipel.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what somebody should know of, and tells webhooks. An event and what is to be told of
 * it are one transaction, so a crash loses neither; a webhook that was told and then forgotten by a
 * crash is told again, with the same id.
 *
 * <p>Thread-safe; works on virtual threads of its own. {@link #list} blocks on the database.
 */
public final class Events implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Events.class);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /** An event of three days ago is no warning any more. */
  private static final Duration LONGEST_TRY = Duration.ofDays(3);

  private static final int AT_ONCE = 20;
  private static final int PRUNED_EACH = 100;

  private final QuotaGate gate;
  private final EventStore store;
  private final Map<String, Webhook> webhooks;
  private final WebhookCall call;
  private final Clock clock;
  private final RandomGenerator random;
  private final ScheduledExecutorService threads;
  private final Deque<BudgetWarning> waiting = new ArrayDeque<>();
  private final LongAdder noticed = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private boolean storeUp = true;
  private long sequence;

  /**
   * Where events are told, and who tells.
   *
   * @param site the site's id
   */
  public record Audience(String site, List<Webhook> webhooks) {
    public Audience {
      webhooks = List.copyOf(webhooks);
    }
  }

  /**
   * Begins at once.
   *
   * @param database in which {@link Quotas} has made the tables; stays open
   * @param random for ids: nobody needs to be unable to guess them
   */
  public Events(
      Database database, QuotaGate gate, Audience audience, Clock clock, RandomGenerator random) {
    this.gate = gate;
    this.store = new EventStore(database);
    this.webhooks =
        audience.webhooks().stream()
            .collect(Collectors.toMap(Webhook::id, Function.identity(), (one, _) -> one));
    this.call = new WebhookCall(audience.site(), clock);
    this.clock = clock;
    this.random = random;
    this.threads =
        Executors.newScheduledThreadPool(2, Thread.ofVirtual().name("events-", 0).factory());
    every(this::notice);
    if (!webhooks.isEmpty()) {
      every(this::deliver);
    }
  }

  private void every(Runnable task) {
    var _ =
        threads.scheduleWithFixedDelay(
            () -> guarded(task), 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      // Else nobody would ever look again.
      LOG.error("events are looked at again after a defect", e);
    }
  }

  /**
   * Events, the latest first.
   *
   * @param visible what of them may be told
   */
  public Page<Event> list(Visible visible, PageRequest page) {
    if (visible.nothing()) {
      return new Page<>(List.of(), Optional.empty());
    }
    return Page.of(store.page(visible, page), page, last -> PageCursor.of(last.id()));
  }

  /** Events written down since the start. */
  public long noticed() {
    return noticed.sum();
  }

  /** How often a webhook took an event since the start. */
  public long delivered() {
    return delivered.sum();
  }

  /** How often a webhook did not take an event since the start. */
  public long failed() {
    return failed.sum();
  }

  /** On one thread only: the next look begins after this one has ended. */
  private void notice() {
    for (BudgetWarning next = gate.nextWarning(); next != null; next = gate.nextWarning()) {
      waiting.add(next);
    }
    try {
      for (BudgetWarning next = waiting.peek(); next != null; next = waiting.peek()) {
        write(next);
        waiting.remove();
      }
      storeUp = true;
    } catch (StorageException e) {
      if (storeUp) {
        LOG.warn("events wait in memory: {}", e.getMessage());
      }
      storeUp = false;
    }
  }

  private void write(BudgetWarning warning) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Event event = new Event(id(now), now, warning);
    if (store.add(event, webhooks.keySet())) {
      noticed.increment();
      LOG.info(
          "{} % of {} of {} in {} are used",
          warning.threshold(), warning.kind().word(), warning.quota(), warning.period());
      if (noticed.sum() % PRUNED_EACH == 1) {
        store.prune(EventStore.MOST);
      }
    }
  }

  /** Rises with time and within a millisecond, and is not twice the same. */
  private String id(Instant at) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(at.toEpochMilli(), 12)
        + hex.toHexDigits(++sequence, 4)
        + hex.toHexDigits(random.nextLong(), 8);
  }

  private void deliver() {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      store
          .due(clock.instant(), AT_ONCE)
          .forEach(delivery -> each.execute(() -> guarded(() -> deliver(delivery))));
    } catch (StorageException e) {
      LOG.debug("webhooks wait for the store", e);
    }
  }

  private void deliver(EventStore.Delivery delivery) {
    Webhook webhook = webhooks.get(delivery.webhook());
    Instant now = clock.instant();
    boolean stale = delivery.event().at().plus(LONGEST_TRY).isBefore(now);
    if (webhook == null || stale) {
      LOG.warn(
          "a webhook is not told of event {}: {}",
          delivery.event().id(),
          stale ? "it took too long" : "it is no longer configured");
      store.told(delivery);
      return;
    }
    try {
      Optional<String> problem = call.tell(webhook, delivery.event());
      if (problem.isEmpty()) {
        store.told(delivery);
        delivered.increment();
        return;
      }
      failed.increment();
      Duration pause = pause(delivery.attempts());
      LOG.warn(
          "{} does not take event {} ({}): again in {}",
          webhook,
          delivery.event().id(),
          problem.get(),
          pause);
      store.again(delivery, now.plus(pause));
    } catch (InterruptedException e) {
      // The site stops: it stays due.
      Thread.currentThread().interrupt();
    }
  }

  /** Twice as long each time. */
  static Duration pause(int attempts) {
    Duration pause = Duration.ofSeconds(1L << Math.min(attempts, 20));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /** What was not told yet is told after the next start. */
  @Override
  public void close() {
    threads.shutdownNow();
    call.close();
    try {
      if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("a webhook takes too long: not waited for");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
