package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LlamaEngineTest {
  private static final String LONG_CHAT =
      """
      {"model":"tiny-random","stream":%s,"ignore_eos":true,"max_tokens":2000,
       "messages":[{"role":"user","content":"hello"}]}\
      """;

  @TempDir Path folder;

  @Test
  void presentsItselfAsLlama() throws IOException {
    try (LlamaEngine engine = LlamaEngine.start(folder, LlamaEngine.Settings.TEXT.withSlots(2));
        RawHttp client = RawHttp.connect(engine.url())) {
      assertThat(get(client, "/health").json().path("status").asText()).isEqualTo("ok");
      assertThat(get(client, "/props").json().path("total_slots").asInt()).isEqualTo(2);
      assertThat(get(client, "/v1/models").json().at("/data/0/owned_by").asText())
          .isEqualTo("llamacpp");
      assertThat(get(client, "/slots").json()).hasSize(2);
      assertThat(get(client, "/metrics").text()).contains("llamacpp:requests_processing 0");
      assertThat(get(client, "/nothing").json().at("/error/code").asInt()).isEqualTo(404);
    }
  }

  @Test
  void aStreamHasOneChunkForEachTokenAndTrueUsageAtTheEnd() throws IOException {
    try (LlamaEngine engine = LlamaEngine.start(folder);
        RawHttp client = RawHttp.connect(engine.url())) {
      client.send(
          chat(
              """
              {"stream":true,"stream_options":{"include_usage":true},"max_tokens":40,
               "ignore_eos":true,"messages":[{"role":"user","content":"hello"}]}\
              """));
      List<JsonNode> events = events(client);

      assertThat(events.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
      // The role, 40 tokens, the reason, the usage.
      assertThat(events).hasSize(43);
      assertThat(events.get(41).at("/choices/0/finish_reason").asText()).isEqualTo("length");
      JsonNode usage = events.getLast().path("usage");
      assertThat(usage.path("completion_tokens").asInt()).isEqualTo(40);
      assertThat(events.getLast().path("choices")).isEmpty();
      assertThat(engine.counts())
          .isEqualTo(
              new EngineCounters.Counts(1, 1, 0, 0, usage.path("prompt_tokens").asInt(), 40));
    }
  }

  @Test
  void aStreamedAnswerIsTheWholeAnswer() throws IOException {
    try (LlamaEngine engine = LlamaEngine.start(folder);
        RawHttp client = RawHttp.connect(engine.url())) {
      String body =
          """
          {"stream":%s,"max_tokens":60,"seed":3,"messages":[{"role":"user","content":"la mer"}]}\
          """;
      client.send(chat(body.formatted(false)));
      JsonNode whole = client.read().json();
      client.send(chat(body.formatted(true)));
      String streamed =
          events(client).stream()
              .map(event -> event.at("/choices/0/delta/content"))
              .filter(JsonNode::isTextual)
              .map(JsonNode::asText)
              .collect(Collectors.joining());

      assertThat(streamed).isNotBlank().isEqualTo(whole.at("/choices/0/message/content").asText());
    }
  }

  @Test
  void aClientThatLeavesItsStreamGivesTheSlotBack() throws IOException {
    try (LlamaEngine engine = slow()) {
      try (RawHttp client = RawHttp.connect(engine.url())) {
        client.send(chat(LONG_CHAT.formatted(true)));
        client.readHead();
        client.readChunk();
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> engine.counts().cancelled() == 1);
      assertThat(engine.counts().completionTokens()).isBetween(0L, 1999L);
      assertServes(engine);
    }
  }

  @Test
  void aClientThatLeavesBeforeItsWholeAnswerGivesTheSlotBack() throws IOException {
    try (LlamaEngine engine = slow()) {
      try (RawHttp client = RawHttp.connect(engine.url())) {
        client.send(chat(LONG_CHAT.formatted(false)));
        awaitRunning(engine, 1);
        client.reset();
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> engine.counts().cancelled() == 1);
      assertServes(engine);
    }
  }

  @Test
  void aClientThatLeavesWhileItWaitsNeverRuns() throws IOException {
    try (LlamaEngine engine = slow();
        RawHttp first = RawHttp.connect(engine.url())) {
      first.send(chat(LONG_CHAT.formatted(false)));
      awaitRunning(engine, 1);
      try (RawHttp second = RawHttp.connect(engine.url())) {
        second.send(chat(LONG_CHAT.formatted(false)));
        await().atMost(Duration.ofSeconds(5)).until(() -> engine.counts().requests() == 2);
      }
      first.reset();
      await().atMost(Duration.ofSeconds(5)).until(() -> engine.counts().cancelled() == 2);

      long firstPrompt = engine.counts().promptTokens();
      assertServes(engine);
      assertThat(engine.counts().promptTokens()).isEqualTo(2 * firstPrompt);
    }
  }

  @Test
  void twoSlotsRunTwoAtATime() throws IOException {
    LlamaEngine.Settings two =
        LlamaEngine.Settings.TEXT.withSlots(2).withPace(Duration.ofMillis(2));
    try (LlamaEngine engine = LlamaEngine.start(folder, two);
        RawHttp first = RawHttp.connect(engine.url());
        RawHttp second = RawHttp.connect(engine.url());
        RawHttp third = RawHttp.connect(engine.url())) {
      for (RawHttp client : List.of(first, second, third)) {
        client.send(chat(LONG_CHAT.formatted(true)));
      }
      awaitRunning(engine, 2);
      try (RawHttp watcher = RawHttp.connect(engine.url())) {
        await()
            .atMost(Duration.ofSeconds(5))
            .until(() -> get(watcher, "/metrics").text().contains("requests_deferred 1"));
      }
    }
  }

  @Test
  void aCutEngineEndsItsStreamsWithoutTheirEnd() throws IOException {
    try (LlamaEngine engine = slow();
        RawHttp client = RawHttp.connect(engine.url())) {
      client.send(chat(LONG_CHAT.formatted(true)));
      client.readHead();
      engine.dropConnections();

      assertThatThrownBy(() -> events(client)).isInstanceOf(IOException.class);
      assertServes(engine);
    }
  }

  @Test
  void whatCannotBeServedIsRefusedAsLlamaDoes() throws IOException {
    try (LlamaEngine engine = LlamaEngine.start(folder);
        RawHttp client = RawHttp.connect(engine.url())) {
      assertThat(errorOf(client, chat("{"))).isEqualTo("invalid_request_error");
      assertThat(errorOf(client, chat("{}"))).isEqualTo("invalid_request_error");
      assertThat(errorOf(client, post("/v1/embeddings", "{\"input\":\"a\"}")))
          .isEqualTo("not_supported_error");
      String tooLong = "é".repeat(TinyModel.CONTEXT);
      assertThat(errorOf(client, post("/v1/completions", "{\"prompt\":\"" + tooLong + "\"}")))
          .isEqualTo("exceed_context_size_error");
      client.send("GET\r\n\r\n");
      assertThat(client.read().status()).isEqualTo(400);
      assertThat(client.closedByServer()).isTrue();
      assertThat(engine.counts().requests()).isZero();
    }
  }

  @Test
  void theOlderTextApiIsServedToo() throws IOException {
    try (LlamaEngine engine = LlamaEngine.start(folder);
        RawHttp client = RawHttp.connect(engine.url())) {
      client.send(
          post("/v1/completions", "{\"prompt\":\"the sea\",\"max_tokens\":5,\"ignore_eos\":true}"));
      JsonNode answer = client.read().json();

      assertThat(answer.at("/choices/0/text").isTextual()).isTrue();
      assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(5);
    }
  }

  private LlamaEngine slow() throws IOException {
    return LlamaEngine.start(folder, LlamaEngine.Settings.TEXT.withPace(Duration.ofMillis(5)));
  }

  private static void assertServes(LlamaEngine engine) throws IOException {
    long completed = engine.counts().completed();
    try (RawHttp client = RawHttp.connect(engine.url())) {
      client.send(
          chat("{\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"));
      assertThat(client.read().status()).isEqualTo(200);
    }
    assertThat(engine.counts().completed()).isEqualTo(completed + 1);
  }

  private static void awaitRunning(LlamaEngine engine, int running) throws IOException {
    try (RawHttp client = RawHttp.connect(engine.url())) {
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> get(client, "/metrics").text().contains("requests_processing " + running));
    }
  }

  private static String errorOf(RawHttp client, byte[] request) throws IOException {
    client.send(request);
    return client.read().json().at("/error/type").asText();
  }

  private static RawResponse get(RawHttp client, String path) throws IOException {
    client.send(RawHttp.request("GET", path, List.of(), ""));
    return client.read();
  }

  private static byte[] chat(String body) {
    return post("/v1/chat/completions", body);
  }

  private static byte[] post(String path, String body) {
    return RawHttp.request("POST", path, List.of(), body);
  }

  /** The events of a stream that ends as it should, without its closing word. */
  private static List<JsonNode> events(RawHttp client) throws IOException {
    client.readHead();
    List<JsonNode> events = new ArrayList<>();
    boolean done = false;
    for (Optional<String> chunk = client.readChunk();
        chunk.isPresent();
        chunk = client.readChunk()) {
      String data = chunk.get().substring("data: ".length()).strip();
      assertThat(done).as("nothing follows [DONE]").isFalse();
      done = data.equals("[DONE]");
      if (!done) {
        events.add(WireJson.read(data));
      }
    }
    assertThat(done).isTrue();
    return events;
  }
}
