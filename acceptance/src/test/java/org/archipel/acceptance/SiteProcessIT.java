package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fixture itself, and the shortest way of a request through the whole program. */
final class SiteProcessIT {
  private static final String CHAT =
      "{\"model\":\"simulated\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";

  @TempDir Path folder;

  @Test
  void aSiteServesAndRemembersAcrossAKill() throws IOException {
    try (SimulatedEngine engine = SimulatedEngine.start(new SimulatedEngineOptions());
        SiteProcess site = SiteProcess.serve(folder, SiteFile.on(engine))) {
      String key = site.control().newKey("lab", "chat");
      assertThat(answer(site, key).status()).isEqualTo(200);
      long pid = site.pid();

      site.kill();
      site.startAgain();

      assertThat(site.pid()).isNotEqualTo(pid);
      assertThat(answer(site, key).status()).isEqualTo(200);
      assertThat(site.control().usage().path("completed").asInt()).isEqualTo(2);
      assertThat(AccountedRequest.all(site.data()))
          .extracting(AccountedRequest::outcome, AccountedRequest::organization)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("completed", "lab"),
              org.assertj.core.groups.Tuple.tuple("completed", "lab"));
      assertThat(site.logged("ERROR")).isEmpty();
    }
  }

  private static RawResponse answer(SiteProcess site, String key) throws IOException {
    try (RawHttp client = RawHttp.connect(site.api())) {
      client.send(
          RawHttp.request(
              "POST", "/v1/chat/completions", List.of("Authorization: Bearer " + key), CHAT));
      return client.read();
    }
  }
}
