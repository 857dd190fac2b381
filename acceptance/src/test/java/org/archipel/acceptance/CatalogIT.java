package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.archipel.simulator.EngineFlavour;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models and engines that come and go at a site as its operator runs it, under load. */
final class CatalogIT {
  private static final String MODEL = "m";
  private static final Crowd.Question QUESTION = new Crowd.Question(MODEL, 16);
  private static final long SEED = Long.getLong("seed", 20_261_122);

  @TempDir Path folder;
  private final SimulatedEngine first = engine();
  private final SimulatedEngine second = engine();

  private static SimulatedEngine engine() {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withFlavour(EngineFlavour.VLLM)
            .withModels(SimulatedModel.chat(MODEL)));
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
  }

  private static void add(SiteProcess site, String id, SimulatedEngine engine) {
    site.control()
        .add(
            "/api/v1/engines",
            "{\"id\":\"%s\",\"url\":\"%s\",\"models\":[{\"model\":\"%s\"}],\"max_concurrency\":4}"
                .formatted(id, engine.url(), MODEL));
    awaitState(site, id, "up");
  }

  private static void awaitState(SiteProcess site, String id, String state) {
    await(id + " " + state)
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              JsonNode shown = site.control().get("/api/v1/engines/" + id).path("models").path(0);
              return shown.path("state").asText().equals(state);
            });
  }

  @Test
  void enginesComeDrainAndLeaveUnderLoadAndNobodyNotices() throws IOException {
    try (SiteProcess site = SiteProcess.serve(folder, SiteFile.empty())) {
      site.control().add("/api/v1/models", "{\"id\":\"" + MODEL + "\"}");
      add(site, "e1", first);
      try (Crowd crowd = Crowd.start(site, "univ-lille", QUESTION, 8)) {
        crowd.awaitMore(20);
        assertThat(first.counters().completed()).isPositive();

        add(site, "e2", second);
        long before = second.counters().completed();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> second.counters().completed() > before + 10);

        site.control().act("/api/v1/engines/e1/drain");
        awaitState(site, "e1", "drained");
        long drained = first.counters().started();
        crowd.awaitMore(30);
        assertThat(first.counters().started()).as("new requests after draining").isEqualTo(drained);

        site.control().act("/api/v1/engines/e1/resume");
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> first.counters().started() > drained + 5);

        site.control().remove("/api/v1/engines/e2");
        await().atMost(Duration.ofSeconds(60)).until(() -> second.counters().running() == 0);
        long removed = second.counters().started();
        crowd.awaitMore(30);
        assertThat(second.counters().started()).isEqualTo(removed);

        crowd.close();
        assertThat(crowd.problems()).isEmpty();
        assertThat(crowd.heardAfter(0)).extracting(Crowd.Heard::status).containsOnly(200);
      }

      site.kill();
      site.startAgain();
      awaitState(site, "e1", "up");
      assertThat(site.control().get("/api/v1/models").path("items")).hasSize(1);
      assertThat(site.control().get("/api/v1/engines").path("items")).hasSize(1);
    }
  }

  @Test
  void killedDuringChangesASiteHasWholeOnesOrNone() throws Exception {
    Random random = new Random(SEED);
    try (SiteProcess site = SiteProcess.serve(folder, SiteFile.empty())) {
      site.control().add("/api/v1/models", "{\"id\":\"" + MODEL + "\"}");
      ConcurrentSkipListSet<String> answered = new ConcurrentSkipListSet<>();
      for (int round = 0; round < 3; round++) {
        int number = round;
        ControlApi control = site.control();
        Thread changes =
            Thread.ofVirtual()
                .start(
                    () -> {
                      for (int i = 0; i < 10_000; i++) {
                        String id = "r" + number + "-" + i;
                        try {
                          control.add("/api/v1/engines", unchecked(id));
                        } catch (IllegalStateException e) {
                          return;
                        }
                        answered.add(id);
                      }
                    });
        int wanted = answered.size() + 3 + random.nextInt(20);
        await().atMost(Duration.ofSeconds(30)).until(() -> answered.size() >= wanted);
        site.kill();
        changes.join();
        site.startAgain();
        assertWhole(site, answered, number);
      }
    }
  }

  private static String unchecked(String id) {
    return """
    {"id":"%s","url":"http://127.0.0.1:9","type":"vllm","unchecked":true,
     "models":[{"model":"%s"}],"labels":["one","two"]}\
    """
        .formatted(id, MODEL);
  }

  /** All that was answered is there, at most one more, and each with its model and its labels. */
  private static void assertWhole(SiteProcess site, Set<String> answered, int round) {
    JsonNode items = site.control().get("/api/v1/engines").path("items");
    TreeSet<String> there = new TreeSet<>();
    for (JsonNode item : items) {
      there.add(item.path("id").asText());
      assertThat(item.path("model").asText()).isEqualTo(MODEL);
      assertThat(item.path("labels")).extracting(JsonNode::asText).isEqualTo(List.of("one", "two"));
    }
    assertThat(there).as("seed %d, round %d", SEED, round).containsAll(answered);
    there.removeAll(answered);
    assertThat(there).as("seed %d, round %d", SEED, round).hasSizeLessThanOrEqualTo(round + 1);
  }
}
