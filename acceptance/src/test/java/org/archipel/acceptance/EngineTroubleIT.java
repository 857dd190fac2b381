package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.archipel.simulator.Faults;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A busy engine is not a broken one, a broken one is left alone, and one that comes back is used
 * again. There are always more callers than the well engine has places.
 */
final class EngineTroubleIT {
  private static final String WELL = "e1";
  private static final String ILL = "e2";
  private static final int WELL_PLACES = 2;
  private static final int ILL_PLACES = 4;
  private static final int FAILURES_THAT_OPEN = 5;
  private static final int CALLERS = 8;
  private static final int ANSWERS = 20;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Crowd.Question QUESTION = new Crowd.Question("simulated", 8);

  @TempDir Path folder;

  @Test
  void anEngineThatPushesBackStaysUpAndNoRequestSuffers() throws IOException {
    try (SimulatedEngine well = engine(WELL_PLACES);
        SimulatedEngine ill = engine(ILL_PLACES);
        SiteProcess site = site(well, ill);
        Crowd callers = Crowd.start(site, SiteFile.OWNER, QUESTION, CALLERS)) {
      callers.awaitMore(ANSWERS);
      for (int status : new int[] {503, 429, 529}) {
        double before = pushbacks(site);
        ill.defaultFault(Faults.parse("status=" + status));
        awaiting("three pushbacks with " + status, () -> pushbacks(site) >= before + 3);
        callers.awaitMore(ANSWERS);
        assertThat(PoolLook.at(site, "simulated").state(ILL))
            .as("after %d", status)
            .isEqualTo("up");
        assertThat(inCatalog(site)).as("after %d", status).isEqualTo("up");

        ill.defaultFault(Faults.none());
        long done = ill.counters().completed();
        awaiting("use of it after " + status, () -> ill.counters().completed() >= done + 3);
      }
      callers.close();
      assertThat(callers.problems()).isEmpty();
      assertThat(callers.heardAfter(0)).extracting(Crowd.Heard::status).containsOnly(200);
    }
  }

  @Test
  void anEngineThatHangsIsLeftAloneUntilItAnswersAgain() throws IOException {
    try (SimulatedEngine well = engine(WELL_PLACES);
        SimulatedEngine ill = engine(ILL_PLACES);
        SiteProcess site = site(well, ill)) {
      ill.defaultFault(Faults.parse("never-answer"));
      try (Crowd callers = Crowd.start(site, SiteFile.OWNER, QUESTION, CALLERS)) {
        awaiting("its breaker to open", () -> leftAlone(site));
        // Whoever still reads of the engine's last failures has done so after two turns of all.
        callers.awaitMore(2 * CALLERS);
        int before = callers.count();
        List<Crowd.Heard> first = callers.heardAfter(0);
        callers.awaitMore(ANSWERS);
        List<Crowd.Heard> later = callers.heardAfter(before);
        assertThat(first)
            .filteredOn(heard -> heard.status() != 200)
            .hasSizeLessThan(FAILURES_THAT_OPEN + ILL_PLACES);
        assertThat(first).extracting(Crowd.Heard::status).containsOnly(200, 504);
        assertThat(later).extracting(Crowd.Heard::status).containsOnly(200);
        assertThat(later).extracting(Crowd.Heard::engine).containsOnly(WELL);

        ill.defaultFault(Faults.none());
        awaiting("its trial", () -> PoolLook.at(site, "simulated").state(ILL).equals("up"));
        awaiting("use of it", () -> ill.counters().completed() >= 3);
        callers.close();
        assertThat(callers.problems()).isEmpty();
      }
    }
  }

  @Test
  void anEngineThatDiesAndComesBackIsUsedAgain() throws IOException {
    try (SimulatedEngine well = engine(WELL_PLACES)) {
      SimulatedEngine ill = engine(ILL_PLACES);
      SimulatedEngineOptions again = ill.options().withPort(ill.port());
      try (SiteProcess site = site(well, ill)) {
        ill.close();
        // No more callers than may be tried again at once.
        try (Crowd callers = Crowd.start(site, SiteFile.OWNER, QUESTION, 3)) {
          awaiting("it to be down", () -> PoolLook.at(site, "simulated").state(ILL).equals("down"));
          callers.awaitMore(ANSWERS);
          try (SimulatedEngine back = SimulatedEngine.start(again)) {
            awaiting("use of it", () -> back.counters().completed() >= 3);
            callers.close();
          }
          assertThat(callers.problems()).isEmpty();
          assertThat(callers.heardAfter(0)).extracting(Crowd.Heard::status).containsOnly(200);
        }
      } finally {
        ill.close();
      }
    }
  }

  private static SimulatedEngine engine(int places) {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withTiming(new FixedTiming(Duration.ofMillis(20), Duration.ofMillis(5)))
            .withMaxConcurrency(places));
  }

  private SiteProcess site(SimulatedEngine well, SimulatedEngine ill) throws IOException {
    return SiteProcess.serve(
        folder,
        SiteFile.bare()
            .with("timeouts:\n  first_byte: 1s\n")
            .withChat("simulated", List.of(well, ill)));
  }

  private static boolean leftAlone(SiteProcess site) {
    PoolLook look = PoolLook.at(site, "simulated");
    return look.state(ILL).equals("breaker_open") && look.runningOn(ILL) == 0;
  }

  private static double pushbacks(SiteProcess site) {
    return site.control().metric("archipel_pushback_total");
  }

  /** The state that the catalog tells of the ill engine. */
  private static String inCatalog(SiteProcess site) {
    for (var engine : site.control().get("/api/v1/engines").path("items")) {
      if (engine.path("id").asText().equals(ILL)) {
        return engine.path("state").asText();
      }
    }
    return "unknown";
  }

  private static void awaiting(String what, Callable<Boolean> condition) {
    await(what).atMost(LIMIT).until(condition);
  }
}
