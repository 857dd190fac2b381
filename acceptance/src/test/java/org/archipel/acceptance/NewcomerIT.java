package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.archipel.simulator.EngineFlavour;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody with an Ollama and a download: the launcher, one command, one request. */
final class NewcomerIT {
  private static final Pattern KEY = Pattern.compile("\\bark-[a-z0-9]+-[A-Za-z0-9]+");
  private static final Pattern API = Pattern.compile("API +(http://127\\.0\\.0\\.1:\\d+)/v1");
  private static final Pattern REQUEST = Pattern.compile("-d '(.*)'");

  @TempDir Path folder;

  @Test
  void oneCommandAndItsOwnAdviceServeTheFirstRequest() throws IOException, InterruptedException {
    SimulatedEngineOptions ollama =
        new SimulatedEngineOptions()
            .withFlavour(EngineFlavour.OLLAMA)
            .withModels(SimulatedModel.chat("mistral-small:24b"));
    try (SimulatedEngine engine = SimulatedEngine.start(ollama)) {
      Program.Surroundings around = launched();
      String key = "";
      for (int start = 1; start <= 2; start++) {
        Path out = folder.resolve("start-" + start + ".out");
        Process site = serve(around, engine, out, folder.resolve("start-" + start + ".err"));
        try {
          await("the greeting")
              .atMost(Duration.ofSeconds(60))
              .until(() -> REQUEST.matcher(Files.readString(out)).find());
          String greeting = Files.readString(out);
          assertThat(greeting).contains("mistral-small:24b", "ollama");
          if (start == 1) {
            key = found(KEY, greeting, 0);
            assertThat(greeting).contains("shown once");
          } else {
            assertThat(greeting).doesNotContain(key).doesNotContain("shown once");
          }
          assertThat(ask(greeting, key).status()).isEqualTo(200);
        } finally {
          site.destroy();
          assertThat(site.waitFor(30, TimeUnit.SECONDS)).as("SIGTERM ends it").isTrue();
        }
      }
      assertThat(engine.counters().completed()).isEqualTo(2);
    }
  }

  private Program.Surroundings launched() throws IOException {
    Program.Surroundings around =
        Program.Surroundings.in(folder)
            .with("ARCHIPEL_NO_BUILD", "1")
            .with("ARCHIPEL_JAVA_HOME", System.getProperty("java.home"));
    return LaunchedFolder.in(folder).map(around::launchedBy).orElse(around);
  }

  private static Process serve(
      Program.Surroundings around, SimulatedEngine engine, Path out, Path err) throws IOException {
    return Program.start(
        around,
        out,
        err,
        List.of(
            "serve",
            "--engine",
            engine.url().toString(),
            "--api",
            "127.0.0.1:0",
            "--control",
            "127.0.0.1:0"));
  }

  /** Sends the request that the greeting advises. */
  private static RawResponse ask(String greeting, String key) throws IOException {
    try (RawHttp client = RawHttp.connect(URI.create(found(API, greeting, 1)))) {
      client.send(
          RawHttp.request(
              "POST",
              "/v1/chat/completions",
              List.of("Authorization: Bearer " + key),
              found(REQUEST, greeting, 1)));
      return client.read();
    }
  }

  private static String found(Pattern pattern, String text, int group) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in: %s", pattern, text).isTrue();
    return matcher.group(group);
  }
}
