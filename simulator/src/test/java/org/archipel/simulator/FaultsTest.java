package org.archipel.simulator;

import static org.archipel.simulator.ChatRouteTest.chat;
import static org.archipel.simulator.TestClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String STREAM = chat("hello", ",\"stream\":true,\"max_tokens\":12");

  private SimulatedEngine engine;
  private TestClient client;

  @BeforeEach
  void start() {
    engine =
        SimulatedEngine.start(new SimulatedEngineOptions().withModels(SimulatedModel.chat("m")));
    client = new TestClient(engine);
  }

  @AfterEach
  void stop() {
    client.close();
    engine.close();
  }

  @Test
  void statusIsAnsweredWithAnErrorObject() {
    HttpResponse<byte[]> answer =
        client.post(CHAT, STREAM, Faults.HEADER, "status=503, retry-after=7");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("retry-after")).hasValue("7");
    assertThat(json(TestClient.text(answer)).at("/error/code").intValue()).isEqualTo(503);
    assertThat(engine.counters().failed()).isEqualTo(1);
  }

  @Test
  void connectionIsCutInTheMiddleOfAStream() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      String all = raw.post(CHAT, STREAM, "x-simulate: cut-after=5").readAll();

      assertThat(tokens(TestClient.data(all))).isEqualTo(5);
      assertThat(all).doesNotContain("[DONE]").doesNotEndWith("0\r\n\r\n");
    }
    assertThat(engine.counters().failed()).isEqualTo(1);
    assertThat(engine.counters().tokens()).isEqualTo(5);
    assertThat(engine.counters().completedTokens()).isZero();
  }

  @Test
  void wholeBodyIsCutInTheMiddle() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      String all = raw.post(CHAT, chat("hello", ""), "x-simulate: cut-after=0").readAll();

      String[] parts = all.split("\r\n\r\n", 2);
      int promised = Integer.parseInt(parts[0].replaceAll("(?s).*content-length: (\\d+).*", "$1"));
      assertThat(parts[1].length()).isEqualTo(promised / 2);
    }
  }

  @Test
  void connectionIsResetBeforeTheHead() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      raw.post(CHAT, STREAM, "x-simulate: reset-before-head");

      assertThatThrownBy(raw::readAll)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("reset");
    }
  }

  @Test
  void silentEngineIsCancelledWhenItsPeerLeaves() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      raw.post(CHAT, STREAM, "x-simulate: never-answer");
      await().until(() -> engine.counters().running() == 1);
    }
    await().until(() -> engine.counters().cancelled() == 1);
    assertThat(engine.counters().running()).isZero();
  }

  @Test
  void stalledStreamKeepsItsConnection() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      raw.post(CHAT, STREAM, "x-simulate: stall-after=2").readUntil(" a s");

      assertThat(engine.counters().running()).isEqualTo(1);
    }
    await().until(() -> engine.counters().cancelled() == 1);
    assertThat(engine.counters().tokens()).isEqualTo(2);
  }

  @Test
  void errorEventEndsTheStreamAndTheConnectionGoesOn() {
    List<String> events = client.events(CHAT, STREAM, Faults.HEADER, "error-event-after=3");

    assertThat(tokens(events)).isEqualTo(3);
    assertThat(json(events.get(events.size() - 2)).at("/error/code").intValue()).isEqualTo(500);
    assertThat(client.events(CHAT, STREAM)).hasSize(1 + 12 + 2);
  }

  @Test
  void usageCanBeMissingOrEverywhere() {
    String asked =
        chat(
            "hello",
            ",\"stream\":true,\"max_tokens\":4,\"stream_options\":{\"include_usage\":true}");

    List<String> without = client.events(CHAT, asked, Faults.HEADER, "no-usage");
    List<String> everywhere = client.events(CHAT, asked, Faults.HEADER, "usage-in-every-chunk");

    assertThat(without).noneMatch(event -> event.contains("usage"));
    assertThat(json(everywhere.get(2)).at("/usage/completion_tokens").intValue()).isEqualTo(2);
    assertThat(client.ask(CHAT, chat("hello", ""), Faults.HEADER, "no-usage").has("usage"))
        .isFalse();
  }

  @Test
  void doneCanBeMissing() {
    assertThat(client.events(CHAT, STREAM, Faults.HEADER, "no-done")).doesNotContain("[DONE]");
  }

  @Test
  void eventsAreSplitAcrossWritesAndStillWhole() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      String all = raw.post(CHAT, STREAM, "x-simulate: split-events").readUntil("0\r\n\r\n");

      assertThat(all.split("\r\n", -1))
          .anyMatch(chunk -> chunk.startsWith("data: ") && !chunk.endsWith("\n\n"));
    }
    List<String> events = client.events(CHAT, STREAM, Faults.HEADER, "split-events");
    assertThat(events).hasSize(1 + 12 + 2);
    events.subList(0, 14).forEach(TestClient::json);
  }

  @Test
  void chunksArePaddedAndWrittenInBursts() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      String all =
          raw.post(CHAT, STREAM, "x-simulate: chunk-bytes=300,burst=4,tokens=8")
              .readUntil("0\r\n\r\n");

      // Four events of 300 bytes are one HTTP chunk of 0x4b0, after the first with the role.
      assertThat(all).contains("data: ").satisfies(text -> assertThat(chunkSizes(text)).hasSize(2));
    }
  }

  @Test
  void tokensDecideTheLengthOfTheAnswer() {
    String stream = chat("hello", ",\"stream\":true");
    assertThat(tokens(client.events(CHAT, stream, Faults.HEADER, "tokens=200"))).isEqualTo(200);
  }

  @Test
  void queuedFaultsServeOneRequestEachThenTheDefault() {
    engine.defaultFault(Faults.parse("status=429"));
    engine.nextFaults(Faults.parse("status=500"), Faults.none());

    assertThat(client.post(CHAT, STREAM).statusCode()).isEqualTo(500);
    assertThat(client.post(CHAT, STREAM).statusCode()).isEqualTo(200);
    assertThat(client.post(CHAT, STREAM).statusCode()).isEqualTo(429);
    assertThat(client.post(CHAT, STREAM, Faults.HEADER, "tokens=1").statusCode()).isEqualTo(200);
  }

  @Test
  void typingErrorIsToldAndNotIgnored() {
    HttpResponse<byte[]> answer = client.post(CHAT, STREAM, Faults.HEADER, "cut-afer=5");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestClient.text(answer)).contains("x-simulate: cut-afer=5 (expected: one of");
    assertThatThrownBy(() -> Faults.parse("status=99"))
        .hasMessage("x-simulate: status=99 (expected: 400 to 599)");
    assertThatThrownBy(() -> Faults.parse("tokens=many")).hasMessageContaining("tokens=many");
    assertThatThrownBy(() -> Faults.parse("no-done=1")).hasMessageContaining("no-done=1");
  }

  private static long tokens(List<String> events) {
    return events.stream()
        .filter(
            event ->
                event.contains("{\"delta\":{\"content\":\"")
                    || event.contains("\"index\":0,\"delta\":{\"content\":\""))
        .count();
  }

  private static List<String> chunkSizes(String answer) {
    return answer.lines().filter(line -> line.matches("[0-9a-f]{3,}")).toList();
  }
}
