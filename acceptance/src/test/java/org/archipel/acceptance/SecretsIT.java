package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
  private static final String CLIENT_SECRET = "client-secret-4Nq8ZkWv2Rxy";
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
                    .with("OIDC_SECRET", CLIENT_SECRET)
                    .with("ARCHIPEL_LOG_LEVEL", "debug"),
                file(engine))) {
      String key = site.control().newKey("lab", "chat");
      WrittenSecrets secrets =
          new WrittenSecrets(site)
              .with("a prompt", PROMPT)
              .with("the engine's key", ENGINE_KEY)
              .with("a key", key.substring(key.lastIndexOf('-') + 1))
              .with("a wrong key", WRONG_KEY.substring(WRONG_KEY.lastIndexOf('-') + 1))
              .with("an answer", serveEverything(site, key))
              .with("the secret at a sign-in provider", CLIENT_SECRET);
      nameUsers(site, key, secrets);
      openConsole(site, secrets);
      failInEveryWay(site, engine, key);
      await("accounts of all").until(() -> site.control().usage().path("failed").asInt() > 0);
      assertThat(secrets.places()).isEmpty();

      site.kill();
      site.startAgain();
      serveEverything(site, key);
      site.terminate();
      site.awaitEnd();

      assertThat(secrets.places()).isEmpty();
      secrets.with("the administrator's token", site.control().token());
      assertThat(secrets.places()).containsExactly("the administrator's token: admin.token");
    }
  }

  private static SiteFile file(SimulatedEngine engine) {
    SiteFile file =
        SiteFile.bare()
            .with(
                """
                sign_in:
                  url: http://127.0.0.1:1
                  providers:
                    - id: nobody
                      issuer: http://127.0.0.1:1
                      client_id: archipel
                      client_secret: ${OIDC_SECRET}
                """);
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

  /** A secret by which users are named, and tokens that do not name anybody. */
  private static void nameUsers(SiteProcess site, String key, WrittenSecrets secrets)
      throws IOException {
    JsonNode drawn =
        site.control().put("/api/v1/keys/" + key.split("-", -1)[1] + "/user-secret", "{}");
    secrets.with("a secret that names users", drawn.path("secret").asText());
    secrets.with("a user's token", "c2lnbmF0dXJlLW9mLWEtdXNlcg");
    RawResponse refused =
        ask(
            site,
            RawHttp.request(
                "POST",
                "/v1/chat/completions",
                List.of(
                    "Authorization: Bearer " + key,
                    "X-OpenWebUI-User-Jwt: eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJlLW9mLWEtdXNlcg"),
                "{\"model\":\"chat\"}"));
    assertThat(refused.status()).isEqualTo(401);
  }

  private static void openConsole(SiteProcess site, WrittenSecrets secrets) {
    URI link = URI.create(site.control().act("/api/v1/console-links").path("url").asText());
    URI there = site.control().base().resolve(link.getRawPath());
    Browser browser = new Browser();
    assertThat(browser.get(there).status()).isEqualTo(303);
    assertThat(browser.get(there).status()).as("once").isEqualTo(401);
    secrets.with("a console link", link.getRawPath().replaceFirst(".*/", ""));
    secrets.with("a session", browser.cookie(there, "archipel-session"));
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
}
