package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who owns engines does not feel guests who want three times as much as there is. */
final class CircuitCourtIT {
  private static final String OWNER = SiteFile.OWNER;
  private static final String GUEST = "univ-nantes";
  private static final int SLOTS = 8;
  private static final int CAPACITY = 2 * SLOTS;
  private static final int OWNERS = 2;
  private static final int OWNER_REQUESTS = 50;
  private static final Crowd.Question QUESTION = new Crowd.Question("simulated", 16);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void anOwnerIsServedAtOnceAndGuestsGetWhatIsLeft() throws IOException {
    SimulatedEngineOptions options =
        new SimulatedEngineOptions()
            .withTiming(new FixedTiming(Duration.ofMillis(40), Duration.ofMillis(10)))
            .withMaxConcurrency(SLOTS);
    try (SimulatedEngine one = SimulatedEngine.start(options);
        SimulatedEngine two = SimulatedEngine.start(options);
        SiteProcess site =
            SiteProcess.serve(folder, SiteFile.bare().withChat("simulated", List.of(one, two)));
        Crowd guests = Crowd.start(site, GUEST, QUESTION, 3 * CAPACITY)) {
      guests.awaitMore(3 * CAPACITY);
      int before = guests.count();
      List<PoolLook> looks = new ArrayList<>();
      List<Crowd.Heard> owned = serveOwners(site, looks);
      List<Crowd.Heard> guested = guests.heardAfter(before);
      guests.close();

      assertThat(guests.problems()).isEmpty();
      assertThat(owned).hasSizeGreaterThanOrEqualTo(OWNER_REQUESTS);
      assertThat(owned).extracting(Crowd.Heard::status).containsOnly(200);
      assertThat(guests.heardAfter(0)).extracting(Crowd.Heard::status).containsOnly(200);
      assertThat(4 * Crowd.queueMillis(owned, 0.95))
          .as("an owner's long waits, against a guest's usual one")
          .isLessThan(Crowd.queueMillis(guested, 0.5));
      assertThat(site.control().metric("archipel_locality_inversions_total")).isZero();

      double left = looks.stream().mapToInt(look -> look.limit() - look.running(OWNER)).sum();
      double had = looks.stream().mapToInt(look -> look.running(GUEST)).sum();
      assertThat(had / left).as("guests' part of what the owner leaves").isBetween(0.8, 1.0);
    }
  }

  private static List<Crowd.Heard> serveOwners(SiteProcess site, List<PoolLook> looks) {
    try (Crowd owners = Crowd.start(site, OWNER, QUESTION, OWNERS)) {
      await("the owner to be served")
          .atMost(LIMIT)
          .until(
              () -> {
                looks.add(PoolLook.at(site, "simulated"));
                return !owners.problems().isEmpty() || owners.count() >= OWNER_REQUESTS;
              });
      owners.close();
      assertThat(owners.problems()).isEmpty();
      return owners.heardAfter(0);
    }
  }
}
