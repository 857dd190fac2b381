package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten callers of three organizations want the two slots of a real llama.cpp engine. */
final class SharesOnLlamaIT {
  private static final int SLOTS = 2;
  private static final int ANSWERS = 50;
  private static final Crowd.Question QUESTION = new Crowd.Question(LlamaEngine.MODEL, 8);

  @TempDir Path folder;

  @Test
  void equalWeightsGetEqualSharesWhoeverHasMoreCallers() throws IOException {
    LlamaEngine.Settings settings =
        LlamaEngine.Settings.TEXT.withSlots(SLOTS).withPace(Duration.ofMillis(4));
    try (LlamaEngine engine = LlamaEngine.start(folder, settings);
        SiteProcess site =
            SiteProcess.serve(
                folder,
                SiteFile.bare()
                    .withModel(LlamaEngine.MODEL, "chat", engine.url(), "llamacpp", SLOTS));
        Crowd many = Crowd.start(site, "univ-many", QUESTION, 4);
        Crowd some = Crowd.start(site, "univ-some", QUESTION, 3);
        Crowd few = Crowd.start(site, "univ-few", QUESTION, 3)) {
      List<Crowd> crowds = List.of(many, some, few);
      crowds.forEach(crowd -> crowd.awaitMore(3));
      ServedShares shares = ServedShares.from(site);
      few.awaitMore(ANSWERS);
      Map<String, ControlApi.Completed> had = shares.since();
      crowds.forEach(Crowd::close);

      for (Crowd crowd : crowds) {
        assertThat(crowd.problems()).isEmpty();
        assertThat(crowd.heardAfter(0)).extracting(Crowd.Heard::status).containsOnly(200);
      }
      assertThat(had).containsOnlyKeys("univ-many", "univ-some", "univ-few");
      ServedShares.assertFair(had, SLOTS, QUESTION.tokens());
      assertThat(engine.counts().completed())
          .isEqualTo(crowds.stream().mapToLong(Crowd::count).sum());
    }
  }

  @Test
  void whoHasTwiceTheShareGetsTwiceAsMuch() throws IOException {
    LlamaEngine.Settings settings =
        LlamaEngine.Settings.TEXT.withSlots(SLOTS).withPace(Duration.ofMillis(4));
    try (LlamaEngine engine = LlamaEngine.start(folder, settings);
        SiteProcess site =
            SiteProcess.serve(
                folder,
                SiteFile.bare()
                    .withModel(LlamaEngine.MODEL, "chat", engine.url(), "llamacpp", SLOTS));
        Crowd two = Crowd.start(site, "univ-two", QUESTION, 6);
        Crowd one = Crowd.start(site, "univ-one", QUESTION, 6)) {
      site.control().patch("/api/v1/organizations/univ-two/agreement", "{\"share\":2}");
      // What began under equal shares, and the second until the agreement counts.
      one.awaitMore(ANSWERS / 2);
      ServedShares shares = ServedShares.from(site);
      one.awaitMore(ANSWERS);
      Map<String, ControlApi.Completed> had = shares.since();
      two.close();
      one.close();

      assertThat(two.problems()).isEmpty();
      assertThat(one.problems()).isEmpty();
      double ratio = (double) tokens(had, "univ-two") / (double) tokens(had, "univ-one");
      assertThat(ratio).as("tokens of %s", had).isBetween(1.75, 2.25);
    }
  }

  private static long tokens(Map<String, ControlApi.Completed> had, String organization) {
    return had.getOrDefault(organization, ControlApi.Completed.NONE).tokens();
  }
}
