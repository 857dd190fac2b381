package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.archipel.simulator.FixedTiming;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts, ends and second starts of a site, in good and in bad circumstances. */
final class ServeIT {
  @TempDir Path folder;

  @Test
  void sigtermLetsARunningStreamEndAndRefusesNewOnes() throws IOException {
    SimulatedEngineOptions slow =
        new SimulatedEngineOptions()
            .withTiming(new FixedTiming(Duration.ofMillis(20), Duration.ofMillis(40)));
    try (SimulatedEngine engine = SimulatedEngine.start(slow);
        SiteProcess site = SiteProcess.serve(folder, SiteFile.on(engine))) {
      String key = site.control().newKey("lab", "chat");
      try (RawHttp client = RawHttp.connect(site.api());
          RawHttp idle = RawHttp.connect(site.api())) {
        client.send(chat(key, true, 50));
        assertThat(client.readHead().status()).isEqualTo(200);
        assertThat(client.readChunk()).isPresent();

        site.terminate();
        await("the listener to be closed")
            .atMost(Duration.ofSeconds(10))
            .until(() -> !connects(site));
        StringBuilder stream = new StringBuilder();
        for (Optional<String> chunk = client.readChunk();
            chunk.isPresent();
            chunk = client.readChunk()) {
          stream.append(chunk.get());
        }

        assertThat(stream).endsWith("data: [DONE]\n\n");
        assertThat(idle.closedByServer()).isTrue();
      }
      // 143 is how a JVM ends that was asked to by SIGTERM.
      assertThat(site.awaitEnd()).isIn(0, 143);
      assertThat(site.err()).contains("archipel: stopped");
      assertThat(site.logged("ERROR")).isEmpty();
      assertThat(AccountedRequest.all(site.data()))
          .singleElement()
          .satisfies(record -> assertThat(record.completed()).isTrue())
          .satisfies(record -> assertThat(record.completionTokens()).isEqualTo(50));
    }
  }

  @Test
  void aStreamThatOutlastsTheGraceEndsWithAnError() throws IOException {
    SimulatedEngineOptions slow =
        new SimulatedEngineOptions()
            .withTiming(new FixedTiming(Duration.ofMillis(20), Duration.ofMillis(100)));
    try (SimulatedEngine engine = SimulatedEngine.start(slow);
        SiteProcess site =
            SiteProcess.serve(folder, SiteFile.on(engine).with("shutdown:\n  grace: 1s"))) {
      String key = site.control().newKey("lab", "chat");
      try (RawHttp client = RawHttp.connect(site.api())) {
        client.send(chat(key, true, 2_000));
        assertThat(client.readHead().status()).isEqualTo(200);
        site.terminate();
        StringBuilder stream = new StringBuilder();
        for (Optional<String> chunk = client.readChunk();
            chunk.isPresent();
            chunk = client.readChunk()) {
          stream.append(chunk.get());
        }
        assertThat(stream.toString()).contains("shutting_down").doesNotContain("[DONE]");
      }
      assertThat(site.awaitEnd()).isIn(0, 143);
      assertThat(AccountedRequest.all(site.data()))
          .singleElement()
          .satisfies(record -> assertThat(record.outcome()).isEqualTo("failed"))
          .satisfies(record -> assertThat(record.completionTokens()).isPositive());
    }
  }

  @Test
  void aSecondSiteOnTheSameDataOrPortIsRefused() throws IOException {
    try (SimulatedEngine engine = SimulatedEngine.start(new SimulatedEngineOptions());
        SiteProcess site = SiteProcess.serve(folder, SiteFile.on(engine));
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThat(serve(engine, site.data(), "127.0.0.1:0", "127.0.0.1:0"))
          .contains("in use by process " + site.pid(), "--data");

      String busy = "127.0.0.1:" + taken.getLocalPort();
      Path other = folder.resolve("other");
      assertThat(serve(engine, other, busy, "127.0.0.1:0")).contains(busy);
      assertThat(serve(engine, other, "127.0.0.1:0", busy)).contains(busy);
    }
  }

  private String serve(SimulatedEngine engine, Path data, String api, String control)
      throws IOException {
    Program.Ended ended =
        Program.run(
            Program.Surroundings.in(folder),
            "serve",
            "--engine",
            engine.url().toString(),
            "--api",
            api,
            "--control",
            control,
            "--data",
            data.toString());
    assertThat(ended.status()).as(ended.toString()).isEqualTo(1);
    assertThat(ended.out()).doesNotContain("ark-");
    assertThat(ended.err()).contains("archipel: ").doesNotContain("\tat ");
    return ended.err();
  }

  @Test
  void aSiteStartsBeforeItsEnginesAndUsesThemWhenTheyCome() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    SimulatedEngineOptions options = new SimulatedEngineOptions().withPort(port);
    SiteFile file =
        SiteFile.bare()
            .withModel("simulated", "chat", URI.create("http://127.0.0.1:" + port), "vllm", 8);
    try (SiteProcess site = SiteProcess.serve(folder, file)) {
      String key = site.control().newKey("lab", "chat");
      RawResponse refusal = ask(site, chat(key, false, 4));
      assertThat(refusal.status()).isEqualTo(503);
      assertThat(refusal.json().at("/error/code").asText()).isEqualTo("no_engine_available");
      assertThat(refusal.header("retry-after")).isPresent();
      assertThat(ask(site, chat("ark-000000000000-wrong", false, 4)).status()).isEqualTo(401);

      try (SimulatedEngine engine = SimulatedEngine.start(options)) {
        await("the engine to be found")
            .atMost(Duration.ofSeconds(30))
            .pollInterval(Duration.ofMillis(100))
            .until(() -> ask(site, chat(key, false, 4)).status() == 200);
        assertThat(engine.counters().completed()).isPositive();
      }
      assertThat(site.logged("ERROR")).isEmpty();
    }
  }

  private static RawResponse ask(SiteProcess site, byte[] request) throws IOException {
    try (RawHttp client = RawHttp.connect(site.api())) {
      client.send(request);
      return client.read();
    }
  }

  private static boolean connects(SiteProcess site) {
    try (RawHttp _ = RawHttp.connect(site.api())) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] chat(String key, boolean stream, int tokens) {
    String body =
        """
        {"model":"simulated","stream":%b,"max_tokens":%d,
         "messages":[{"role":"user","content":"hello"}]}\
        """;
    return RawHttp.request(
        "POST",
        "/v1/chat/completions",
        List.of("Authorization: Bearer " + key),
        body.formatted(stream, tokens));
  }
}
