package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.archipel.simulator.EngineCounters;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine with several models has one limit: who asks for one of them does not crowd others. */
final class SharedEngineIT {
  private static final int SLOTS = 4;
  private static final int FLOOD = 24;
  private static final int FEW = 6;
  private static final int ANSWERS = 60;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void theModelsOfAnEngineShareItsPlaces() throws IOException {
    SimulatedEngineOptions options =
        new SimulatedEngineOptions()
            .withModels(SimulatedModel.chat("large"), SimulatedModel.chat("small"))
            .withTiming(new FixedTiming(Duration.ofMillis(20), Duration.ofMillis(5)))
            .withMaxConcurrency(SLOTS);
    AtomicLong most = new AtomicLong();
    try (SimulatedEngine engine = SimulatedEngine.start(options);
        SiteProcess site = SiteProcess.serve(folder, SiteFile.on(engine));
        Crowd flood = Crowd.start(site, "univ-lille", new Crowd.Question("large", 16), FLOOD);
        Crowd few = Crowd.start(site, "univ-nantes", new Crowd.Question("small", 16), FEW)) {
      flood.awaitMore(FLOOD);
      few.awaitMore(FEW);
      int[] before = {flood.count(), few.count()};
      await("answers of the small model")
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                EngineCounters now = engine.counters();
                most.accumulateAndGet(now.running() + now.waiting(), Math::max);
                return !few.problems().isEmpty() || few.count() - before[1] >= ANSWERS;
              });
      int ofFlood = flood.count() - before[0];
      int ofFew = few.count() - before[1];
      List.of(flood, few).forEach(Crowd::close);

      assertThat(flood.problems()).isEmpty();
      assertThat(few.problems()).isEmpty();
      assertThat(most.get()).as("requests in the engine").isBetween(1L, (long) SLOTS);
      assertThat((double) ofFlood / ofFew).as("answers of the two").isBetween(0.7, 1.5);
      assertThat(site.control().metric("archipel_locality_inversions_total")).isZero();
    }
  }
}
