package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who asks for six times as much gets no more than the others, and waits for it alone. */
final class NoisyNeighbourIT {
  private static final String FLOODER = "univ-noisy";
  private static final List<String> VICTIMS = List.of("univ-quiet", "univ-calm");
  private static final int SLOTS = 4;
  private static final int CALLERS = 8;
  private static final int FLOOD = 6 * CALLERS;
  private static final int ANSWERS = 80;
  private static final Crowd.Question QUESTION = new Crowd.Question("simulated", 8);

  @TempDir Path folder;

  @Test
  void aFloodHurtsWhoeverFloods() throws IOException {
    SimulatedEngineOptions options =
        new SimulatedEngineOptions()
            .withTiming(new FixedTiming(Duration.ofMillis(30), Duration.ofMillis(10)))
            .withMaxConcurrency(SLOTS);
    try (SimulatedEngine one = SimulatedEngine.start(options);
        SimulatedEngine two = SimulatedEngine.start(options);
        SiteProcess site =
            SiteProcess.serve(folder, SiteFile.bare().withChat("simulated", List.of(one, two)));
        Crowd flood = Crowd.start(site, FLOODER, QUESTION, FLOOD);
        Crowd quiet = Crowd.start(site, VICTIMS.get(0), QUESTION, CALLERS);
        Crowd calm = Crowd.start(site, VICTIMS.get(1), QUESTION, CALLERS)) {
      List<Crowd> crowds = List.of(flood, quiet, calm);
      // From here on all wait all the time, and the flood has its usual length.
      flood.awaitMore(FLOOD);
      int[] before = crowds.stream().mapToInt(Crowd::count).toArray();
      ServedShares shares = ServedShares.from(site);
      quiet.awaitMore(ANSWERS);
      Map<String, ControlApi.Completed> had = shares.since();
      List<List<Crowd.Heard>> heard =
          List.of(
              flood.heardAfter(before[0]), quiet.heardAfter(before[1]), calm.heardAfter(before[2]));
      crowds.forEach(Crowd::close);

      for (Crowd crowd : crowds) {
        assertThat(crowd.problems()).isEmpty();
        assertThat(crowd.heardAfter(0)).extracting(Crowd.Heard::status).containsOnly(200);
      }
      assertThat(had).containsOnlyKeys(FLOODER, VICTIMS.get(0), VICTIMS.get(1));
      ServedShares.assertFair(had, 2 * SLOTS, QUESTION.tokens());
      long floodersWait = Crowd.queueMillis(heard.get(0), 0.5);
      for (List<Crowd.Heard> victim : heard.subList(1, 3)) {
        assertThat(3 * Crowd.queueMillis(victim, 0.5))
            .as("a victim's wait, against the flooder's")
            .isLessThan(floodersWait);
      }
    }
  }
}
