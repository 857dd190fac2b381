package org.archipel.server.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Simulated users: each crowd sends chat requests to its own site, at random, as often as its
 * rhythm says. Bounded: a crowd has at most {@value #AT_ONCE} requests under way, and leaves out
 * those beyond. Thread-safe.
 */
final class DemoTraffic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DemoTraffic.class);
  private static final int AT_ONCE = 40;
  private static final Duration LONGEST = Duration.ofMinutes(2);
  private static final int SHORTEST_ANSWER = 60;
  private static final int LONGEST_ANSWER = 180;

  private final long startedNanos = System.nanoTime();
  private final CountDownLatch ending = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  private final Consumer<Heard> listener;

  DemoTraffic(Consumer<Heard> listener) {
    this.listener = listener;
  }

  /**
   * A crowd and where it asks.
   *
   * @param home the id of its site
   * @param api the base URL of its site
   * @param key its key
   */
  record Place(DemoCrowd crowd, String home, URI api, String key) {}

  /** The crowd begins to ask. */
  void start(Place place, long seed) {
    threads.execute(() -> come(place, new SplittableRandom(seed)));
  }

  /** The time of the demonstration's day. */
  DemoDay day() {
    return DemoDay.after(Duration.ofNanos(System.nanoTime() - startedNanos));
  }

  /** Arrivals of a Poisson process whose rate changes: drawn at the highest, and thinned. */
  private void come(Place place, SplittableRandom random) {
    Rhythm rhythm = place.crowd().rhythm();
    Semaphore under = new Semaphore(AT_ONCE);
    try {
      while (!ending.await(pause(rhythm, random), TimeUnit.NANOSECONDS)) {
        boolean comes =
            random.nextDouble() * rhythm.peakPerSecond() < rhythm.perSecond(day().hour());
        int tokens = random.nextInt(SHORTEST_ANSWER, LONGEST_ANSWER);
        if (comes && under.tryAcquire()) {
          threads.execute(() -> ask(place, tokens, under));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long pause(Rhythm rhythm, SplittableRandom random) {
    double seconds = -Math.log1p(-random.nextDouble()) / rhythm.peakPerSecond();
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  private void ask(Place place, int tokens, Semaphore under) {
    try {
      HttpResponse<String> answer = http.send(request(place, tokens), BodyHandlers.ofString());
      boolean whole =
          answer.statusCode() == 200 && answer.body().stripTrailing().endsWith("[DONE]");
      tell(
          new Heard(
              place.home(),
              place.crowd().organization(),
              answer.headers().firstValue("x-archipel-site"),
              answer.statusCode(),
              whole));
    } catch (IOException e) {
      LOG.debug("a simulated user has no answer", e);
      tell(new Heard(place.home(), place.crowd().organization(), Optional.empty(), 0, false));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      under.release();
    }
  }

  /** What breaks off at the end is no news. */
  private void tell(Heard heard) {
    if (ending.getCount() > 0) {
      listener.accept(heard);
    }
  }

  private static HttpRequest request(Place place, int tokens) {
    String body =
        """
        {"model":"%s","stream":true,"max_tokens":%d,
         "messages":[{"role":"user","content":"A question of %s"}]}\
        """
            .formatted(place.crowd().model(), tokens, place.crowd().organization());
    return HttpRequest.newBuilder(place.api().resolve("/v1/chat/completions"))
        .timeout(LONGEST)
        .header("authorization", "Bearer " + place.key())
        .header("content-type", "application/json")
        .header("x-archipel-class", "interactive")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  /** Nobody asks any more, and what is under way is broken off. */
  @Override
  public void close() {
    ending.countDown();
    http.shutdownNow();
    threads.shutdownNow();
  }
}
