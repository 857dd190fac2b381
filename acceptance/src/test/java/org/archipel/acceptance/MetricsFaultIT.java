package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.MetricsFault;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever engines tell of their load, or no longer tell, they serve as before. */
final class MetricsFaultIT {
  private static final List<MetricsFault> FAULTS =
      List.of(
          MetricsFault.STOPPED,
          MetricsFault.EMPTY,
          MetricsFault.RENAMED,
          MetricsFault.STALE,
          MetricsFault.NONE);
  private static final int PLACES = 2;
  private static final int EACH = 20;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Longer than it takes from one poll to the next, and too short to be asked less often. */
  private static final double NOT_TOLD_SECONDS = 2;

  @TempDir Path folder;

  @Test
  void anEngineIsUsedWhateverItsMetricsSay() throws IOException {
    SimulatedEngineOptions options =
        new SimulatedEngineOptions()
            .withTiming(new FixedTiming(Duration.ofMillis(30), Duration.ofMillis(10)))
            .withMaxConcurrency(PLACES);
    List<SimulatedEngine> engines =
        FAULTS.stream().map(_ -> SimulatedEngine.start(options)).toList();
    try (SiteProcess site =
            SiteProcess.serve(folder, SiteFile.bare().withChat("simulated", engines));
        Crowd callers =
            Crowd.start(
                site,
                SiteFile.OWNER,
                new Crowd.Question("simulated", 8),
                2 * PLACES * FAULTS.size())) {
      awaitTold(site, new boolean[] {true, true, true, true, true});

      IntStream.range(0, FAULTS.size()).forEach(i -> engines.get(i).metrics(FAULTS.get(i)));
      awaitTold(site, new boolean[] {false, false, false, true, true});
      long[] before = completed(engines);
      await("work of every engine")
          .atMost(LIMIT)
          .until(() -> least(before, completed(engines)) >= EACH);
      long[] after = completed(engines);
      // Equal engines work equally, with and without faults.
      long most =
          IntStream.range(0, before.length)
              .mapToLong(i -> after[i] - before[i])
              .max()
              .orElseThrow();
      assertThat(most).as("work of the busiest engine").isLessThan(2 * least(before, after));

      engines.forEach(engine -> engine.metrics(MetricsFault.NONE));
      awaitTold(site, new boolean[] {true, true, true, true, true});
      callers.close();
      assertThat(callers.problems()).isEmpty();
      assertThat(callers.heardAfter(0)).extracting(Crowd.Heard::status).containsOnly(200);
    } finally {
      engines.forEach(SimulatedEngine::close);
    }
  }

  /** Waits until the site has lately heard the load of just these engines. */
  private static void awaitTold(SiteProcess site, boolean[] told) {
    await("who tells its load to be " + Arrays.toString(told))
        .atMost(LIMIT)
        .until(
            () -> {
              PoolLook look = PoolLook.at(site, "simulated");
              return IntStream.range(0, told.length)
                  .allMatch(i -> look.loadAge("e" + (i + 1)) < NOT_TOLD_SECONDS == told[i]);
            });
  }

  private static long[] completed(List<SimulatedEngine> engines) {
    return engines.stream().mapToLong(engine -> engine.counters().completed()).toArray();
  }

  private static long least(long[] before, long[] after) {
    return IntStream.range(0, before.length)
        .mapToLong(i -> after[i] - before[i])
        .min()
        .orElseThrow();
  }
}
