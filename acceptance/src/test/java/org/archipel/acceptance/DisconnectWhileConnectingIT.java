package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A caller that goes away while its engine cannot even be connected to. */
final class DisconnectWhileConnectingIT {
  private static final int TRIES = 5;
  private static final Duration LIMIT = Duration.ofMillis(100);
  private static final String CHAT =
      "{\"model\":\"stuck\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

  @TempDir Path folder;

  @Test
  void takesItsAttemptBackAndIsAccountedFor() throws IOException, InterruptedException {
    try (StuckEngine engine = StuckEngine.start();
        SiteProcess site = SiteProcess.serve(folder, file(engine))) {
      String key = site.control().newKey("lab", "chat");
      engine.acceptNoMore();
      // The site's own probe hangs now, so that no other one begins among the tries.
      await("a probe of the site")
          .atMost(Duration.ofSeconds(30))
          .until(() -> engine.attempts() == 1);
      List<Long> times = new ArrayList<>();
      for (int i = 0; i < TRIES; i++) {
        times.add(nanosToGiveUp(site, engine, key));
      }
      times.sort(null);

      assertThat(Duration.ofNanos(times.get(TRIES / 2))).as("%s ns", times).isLessThan(LIMIT);
      await("all accounts")
          .atMost(Duration.ofSeconds(5))
          .until(() -> site.control().usage().path("cancelled").asInt() == TRIES);
      assertThat(AccountedRequest.all(site.data()))
          .allSatisfy(record -> assertThat(record.status()).isEqualTo(499))
          .allSatisfy(record -> assertThat(record.completionTokens()).isZero());
    }
  }

  /** One at a time is allowed, so that each try also shows that the permit of the last is back. */
  private static SiteFile file(StuckEngine engine) {
    return SiteFile.bare().withModel("stuck", "chat", engine.url(), "openai", 1);
  }

  private static long nanosToGiveUp(SiteProcess site, StuckEngine engine, String key)
      throws IOException {
    long others = engine.attempts();
    try (RawHttp client = RawHttp.connect(site.api())) {
      client.send(
          RawHttp.request(
              "POST", "/v1/chat/completions", List.of("Authorization: Bearer " + key), CHAT));
      await("the attempt to connect")
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofSeconds(2))
          .until(() -> engine.attempts() > others);
    }
    long begin = System.nanoTime();
    await("the attempt to be taken back")
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(Duration.ofSeconds(2))
        .until(() -> engine.attempts() <= others);
    return System.nanoTime() - begin;
  }
}
