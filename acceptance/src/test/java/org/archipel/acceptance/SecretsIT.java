package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.archipel.simulator.Faults;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys, prompts and answers are in no file of a site and in nothing that it writes, whatever went
 * well or wrong, at the most talkative level of its log.
 */
final class SecretsIT {
  private static final String ENGINE_KEY = "engine-key-Wq7xTz9LmPn3";
  private static final String PROMPT = "zanzibar-prompt-4471";
  private static final String WRONG_KEY = "ark-aaaaaaaaaaaa-WrongKey9Gh2kLmN8pQr";

  @TempDir Path folder;

  @Test
  void neitherKeysNorPromptsNorAnswersAreWrittenDown() throws IOException {
    SimulatedEngineOptions options =
        new SimulatedEngineOptions().withModels(MixedRequests.MODELS).withApiKey(ENGINE_KEY);
    try (SimulatedEngine engine = SimulatedEngine.start(options);
        SiteProcess site =
            SiteProcess.serve(
                Program.Surroundings.in(folder)
                    .with("ENGINE_KEY", ENGINE_KEY)
                    .with("ARCHIPEL_LOG_LEVEL", "debug"),
                file(engine))) {
      String key = site.control().newKey("lab", "chat");
      Map<String, String> secrets = new LinkedHashMap<>();
      secrets.put("a prompt", PROMPT);
      secrets.put("the engine's key", ENGINE_KEY);
      secrets.put("a key", key.substring(key.lastIndexOf('-') + 1));
      secrets.put("a wrong key", WRONG_KEY.substring(WRONG_KEY.lastIndexOf('-') + 1));
      secrets.put("an answer", serveEverything(site, key));
      failInEveryWay(site, engine, key);
      await("accounts of all").until(() -> site.control().usage().path("failed").asInt() > 0);
      assertNoneIsKept(site, secrets);

      site.kill();
      site.startAgain();
      serveEverything(site, key);
      site.terminate();
      site.awaitEnd();

      assertNoneIsKept(site, secrets);
      secrets.put("the administrator's token", site.control().token());
      assertThat(places(site, secrets)).containsExactly("the administrator's token: admin.token");
    }
  }

  private static SiteFile file(SimulatedEngine engine) {
    SiteFile file = SiteFile.bare();
    for (MixedRequests.Kind kind :
        List.of(MixedRequests.Kind.CHAT, MixedRequests.Kind.EMBEDDINGS)) {
      file =
          file.withModel(
              """
                - id: %s
                  kind: %s
                  engines:
                    - { url: %s, type: vllm, api_key: "${ENGINE_KEY}" }
              """
                  .formatted(
                      kind.model(),
                      kind == MixedRequests.Kind.CHAT ? "chat" : "embedding",
                      engine.url()));
    }
    return file;
  }

  /** Returns words of an answer that came. */
  private static String serveEverything(SiteProcess site, String key) throws IOException {
    MixedRequests requests = new MixedRequests(key);
    String words = "";
    for (MixedRequests.Kind kind : MixedRequests.Kind.values()) {
      if (kind.model().equals("chat") || kind.model().equals("embed")) {
        RawResponse response = ask(site, requests.bytes(kind, "ordinary-id", PROMPT, 40));
        assertThat(response.status()).as("%s: %s", kind, response.text()).isEqualTo(200);
        if (kind == MixedRequests.Kind.CHAT) {
          words = response.json().at("/choices/0/message/content").asText();
        }
      }
    }
    assertThat(words).hasSizeGreaterThan(60);
    return words.substring(20, 60);
  }

  private static void failInEveryWay(SiteProcess site, SimulatedEngine engine, String key)
      throws IOException {
    MixedRequests requests = new MixedRequests(key);
    for (String fault :
        List.of(
            "status=500",
            "status=400",
            "status=429",
            "reset-before-head",
            "cut-after=3",
            "error-event-after=3")) {
      engine.nextFaults(Faults.parse(fault), Faults.parse(fault));
      for (MixedRequests.Kind kind :
          List.of(MixedRequests.Kind.CHAT, MixedRequests.Kind.CHAT_STREAM)) {
        send(site, requests.bytes(kind, "ordinary-id", PROMPT, 40));
      }
    }
    engine.nextFaults();
    send(
        site,
        new MixedRequests(WRONG_KEY).bytes(MixedRequests.Kind.CHAT, "ordinary-id", PROMPT, 4));
    for (String body :
        List.of(
            "{\"model\":\"chat\",\"messages\":\"" + PROMPT,
            "{\"model\":\"" + PROMPT + "\"}",
            "{\"model\":\"chat\",\"max_tokens\":\"" + PROMPT + "\"}")) {
      send(
          site,
          RawHttp.request(
              "POST",
              "/v1/chat/completions?key=" + WRONG_KEY,
              List.of("Authorization: Bearer " + key, "X-Note: " + PROMPT),
              body));
    }
    try (RawHttp client = RawHttp.connect(site.api())) {
      client.send(PROMPT + " " + key + "\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(400);
    }
  }

  private static RawResponse ask(SiteProcess site, byte[] request) throws IOException {
    try (RawHttp client = RawHttp.connect(site.api())) {
      client.send(request);
      return client.read();
    }
  }

  /** Sends what may be answered in any way, or be cut. */
  private static void send(SiteProcess site, byte[] request) throws IOException {
    try (RawHttp client = RawHttp.connect(site.api()).readLimit(Duration.ofSeconds(30))) {
      client.send(request);
      assertThat(client.read().status()).isBetween(200, 599);
    } catch (FramingError e) {
      assertThat(e).as("a body that was cut has to look cut").isNotNull();
    }
  }

  private static void assertNoneIsKept(SiteProcess site, Map<String, String> secrets)
      throws IOException {
    assertThat(places(site, secrets)).isEmpty();
  }

  /** Where which secret was found. */
  private static List<String> places(SiteProcess site, Map<String, String> secrets)
      throws IOException {
    List<String> places = new ArrayList<>();
    int files = 0;
    for (Path root : List.of(site.data(), site.logs())) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          files++;
          // Every byte is a character there, so that text is found within binary files.
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          secrets.forEach(
              (what, secret) -> {
                if (text.contains(secret)) {
                  places.add(what + ": " + root.relativize(file));
                }
              });
        }
      }
    }
    assertThat(files).as("database, journal, token, lock, logs").isGreaterThanOrEqualTo(5);
    return places;
  }
}
