package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hundred thousand spoilt requests against a site: each is answered, refused or cut, and nothing
 * is left of it. {@code -Darchipel.fuzz} sets how many, {@code -Darchipel.seed} repeats a run. All
 * of them are tried and judged: a machine too slow for that within {@link #LIMIT} fails the test.
 */
final class FuzzIT {
  private static final Logger LOG = LoggerFactory.getLogger(FuzzIT.class);
  private static final long SEED = Long.getLong("archipel.seed", 1);
  private static final int MUTANTS = Integer.getInteger("archipel.fuzz", 100_000);
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final int CLIENTS = 160;
  private static final int MOST_FAULTS = 20;

  /** Buffers are pooled, so that a pool may have grown by a chunk; a leak is larger. */
  private static final long DIRECT_SLACK_KILOBYTES = 16 * 1024;

  private static final long RESIDENT_SLACK_KILOBYTES = 48 * 1024;

  @TempDir Path folder;

  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger judged = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();

  @Test
  void spoiltRequestsLeaveNothingBehind() throws IOException, InterruptedException {
    Program.Surroundings around =
        Program.Surroundings.in(folder)
            .withFlags(
                ProcessMemory.FLAG,
                // The whole heap at once: what grows then is not the heap.
                "-Xms256m",
                "-XX:+AlwaysPreTouch",
                // Every buffer is watched, and reported when it is lost.
                "-Dio.netty.leakDetection.level=simple",
                "-Dio.netty.leakDetection.samplingInterval=1");
    try (SimulatedEngine engine = engine();
        SiteProcess site = SiteProcess.serve(around, SiteFile.on(engine))) {
      SdkTarget target =
          new SdkTarget(
              site.api(), site.control().newKey("lab", "fuzz"), "chat", "embed", "listen");
      fuzz(target, MUTANTS / 5);
      assertServes(target);
      ProcessMemory warm = idle(site);
      fuzz(target, MUTANTS);
      ProcessMemory end = idle(site);
      LOG.info(
          "{} spoilt requests, {} served, {} refused; after warm-up {}, at the end {}",
          judged,
          served,
          refused,
          warm,
          end);

      assertThat(judged).as("mutants that were tried and judged").hasValue(MUTANTS);
      // A site that only closed connections would have no faults either.
      assertThat(served.get()).as("mutants that were served").isGreaterThan(MUTANTS / 10);
      assertThat(refused.get()).as("mutants that were told no").isGreaterThan(MUTANTS / 10);

      // Lost buffers are found when others are asked for.
      assertServes(target);
      assertThat(site.logged("ERROR")).isEmpty();
      assertThat(end.directKilobytes()).isLessThan(warm.directKilobytes() + DIRECT_SLACK_KILOBYTES);
      assertThat(end.residentKilobytes())
          .isLessThan(warm.residentKilobytes() + RESIDENT_SLACK_KILOBYTES);
      assertThat(site.control().usage().path("requests").asLong()).isPositive();
    }
  }

  private void fuzz(SdkTarget target, int until) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    RequestMutator mutator = new RequestMutator(SEED, target);
                    while (System.nanoTime() < deadline && faults.size() < MOST_FAULTS) {
                      int number = next.getAndIncrement();
                      if (number >= until) {
                        next.set(until);
                        return;
                      }
                      tryOut(target.url(), mutator.mutant(number));
                    }
                  }));
    }
    for (Thread client : clients) {
      assertThat(client.join(LIMIT.plusSeconds(30))).as("a client came to its end").isTrue();
    }
    assertThat(faults).isEmpty();
  }

  private void tryOut(URI api, Mutant mutant) {
    try {
      FuzzVerdict verdict = FuzzVerdict.of(api, mutant);
      verdict.fault().ifPresent(fault -> faults.add(mutant + ": " + fault));
      judged.incrementAndGet();
      if (verdict.statuses().stream().anyMatch(status -> status < 300)) {
        served.incrementAndGet();
      } else if (!verdict.statuses().isEmpty()) {
        refused.incrementAndGet();
      }
    } catch (IOException e) {
      faults.add(mutant + ": " + e);
    }
  }

  private static void assertServes(SdkTarget target) throws IOException {
    for (BaseRequests.Base base : BaseRequests.of(target)) {
      try (RawHttp client = RawHttp.connect(target.url())) {
        client.send(base.request().withLength().bytes());
        RawResponse response = client.read();
        assertThat(response.status()).as("%s: %s", base.name(), response.text()).isEqualTo(200);
      }
    }
  }

  /** Waits until the connections of the clients are gone, and measures. */
  private ProcessMemory idle(SiteProcess site) throws IOException {
    // Two listeners, the control API's client, and what is kept open to the engine.
    await("connections to be closed")
        .atMost(Duration.ofSeconds(20))
        .until(() -> ProcessMemory.sockets(site.pid()) < CLIENTS / 2);
    return ProcessMemory.of(site.pid(), folder);
  }

  private static SimulatedEngine engine() {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withModels(
                SimulatedModel.chat("chat"),
                SimulatedModel.of("embed", SimulatedModel.Kind.EMBEDDING),
                SimulatedModel.of("listen", SimulatedModel.Kind.TRANSCRIPTION)));
  }
}
