package org.archipel.server.demo;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.archipel.server.DataFolder;
import org.archipel.server.StartException;
import org.archipel.server.config.ListenConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The demonstration: several whole sites in one process, each with its own data folder, database
 * and addresses, in one consortium whose anchor the first of them is. They know nothing of each
 * other but what they say over HTTP. Closing ends all.
 */
public final class DemoConsortium implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DemoConsortium.class);
  private static final Duration NEWS_EVERY = Duration.ofSeconds(3);
  private static final Duration SUMMARY_EVERY = Duration.ofSeconds(20);

  private final List<RunningSite> sites = new ArrayList<>();
  private final Deque<DataFolder> folders = new ArrayDeque<>();
  private Optional<DemoTraffic> traffic = Optional.empty();
  private Optional<ScheduledExecutorService> teller = Optional.empty();

  private DemoConsortium() {}

  /**
   * Starts all sites.
   *
   * @param data the folder of the sites' data folders
   * @param first where the first site listens at its first start; the others near by
   * @throws StartException when a part cannot start; nothing is left open then
   */
  public static DemoConsortium start(Path data, ListenConfig first, Clock clock)
      throws InterruptedException {
    DemoConsortium consortium = new DemoConsortium();
    boolean started = false;
    try {
      consortium.open(DemoSite.consortium(), data, first, clock);
      started = true;
      return consortium;
    } finally {
      if (!started) {
        consortium.close();
      }
    }
  }

  private void open(List<DemoSite> described, Path data, ListenConfig first, Clock clock)
      throws InterruptedException {
    List<DataFolder> opened = new ArrayList<>();
    for (DemoSite site : described) {
      DataFolder folder = DataFolder.open(data.resolve(site.id()));
      folders.push(folder);
      opened.add(folder);
    }
    List<DemoAddresses> addresses = DemoAddresses.of(opened, first);
    // The anchor first: the others are told its keys, as its people would tell them.
    RunningSite anchor =
        RunningSite.start(
            described.getFirst(), opened.getFirst(), addresses.getFirst(), Optional.empty(), clock);
    sites.add(anchor);
    Optional<DemoFile.Anchor> known = Optional.of(DemoMembers.anchor(anchor));
    List<Callable<RunningSite>> others = new ArrayList<>();
    for (int i = 1; i < described.size(); i++) {
      int number = i;
      others.add(
          () ->
              RunningSite.start(
                  described.get(number), opened.get(number), addresses.get(number), known, clock));
    }
    sites.addAll(inParallel(others));
    DemoMembers.admit(anchor, sites);
  }

  /** All of them, or the first failure after those that did start were closed. */
  private static List<RunningSite> inParallel(List<Callable<RunningSite>> starts)
      throws InterruptedException {
    List<RunningSite> started = new ArrayList<>();
    Optional<Throwable> failure = Optional.empty();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<RunningSite> start : threads.invokeAll(starts)) {
        try {
          started.add(start.get());
        } catch (ExecutionException e) {
          failure = failure.or(() -> Optional.ofNullable(e.getCause()));
        }
      }
    }
    if (failure.isPresent()) {
      started.forEach(RunningSite::close);
      throw failure.get() instanceof StartException known
          ? known
          : new StartException("a site of the demonstration did not start", failure.get());
    }
    return started;
  }

  /** The sites, the anchor first. */
  public List<RunningSite> sites() {
    return List.copyOf(sites);
  }

  /**
   * Simulated users begin to ask, and what becomes of it is told.
   *
   * @param lines takes one line at a time, from a thread of its own
   */
  public synchronized void live(Consumer<String> lines) {
    DemoNews news = new DemoNews(DemoSite.consortium());
    DemoTraffic users = new DemoTraffic(news::add);
    traffic = Optional.of(users);
    long seed = 0;
    for (RunningSite site : sites) {
      for (DemoCrowd crowd : site.described().crowds()) {
        seed++;
        users.start(
            new DemoTraffic.Place(crowd, site.described().id(), site.api(), site.key(crowd)), seed);
      }
    }
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    teller = Optional.of(thread);
    repeat(
        thread,
        NEWS_EVERY,
        () -> news.lines().forEach(line -> lines.accept("[%s] %s".formatted(users.day(), line))));
    repeat(
        thread,
        SUMMARY_EVERY,
        () -> lines.accept("[%s] %s".formatted(users.day(), news.summary())));
  }

  private static void repeat(ScheduledExecutorService thread, Duration every, Runnable work) {
    Future<?> _ =
        thread.scheduleAtFixedRate(work, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Ends the users first, then all sites at once, each in good order. */
  @Override
  public synchronized void close() {
    teller.ifPresent(ScheduledExecutorService::shutdownNow);
    traffic.ifPresent(DemoTraffic::close);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (RunningSite site : sites) {
        threads.execute(() -> end(site));
      }
    }
    sites.clear();
    while (!folders.isEmpty()) {
      folders.pop().close();
    }
  }

  private static void end(RunningSite site) {
    try {
      site.close();
    } catch (RuntimeException e) {
      LOG.error("site {} did not close well", site.described().id(), e);
    }
  }
}
