package org.archipel.simulator;

import static org.archipel.simulator.ChatRouteTest.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DisconnectTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String LONG = chat("hello", ",\"stream\":true,\"max_tokens\":4000");

  private SimulatedEngine engine;

  @BeforeEach
  void start() {
    engine =
        SimulatedEngine.start(
            new SimulatedEngineOptions()
                .withModels(SimulatedModel.chat("m"))
                .withMaxConcurrency(1)
                .withRememberedRequests()
                .withTiming(new FixedTiming(Duration.ZERO, Duration.ofMillis(10))));
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void clientGoneInMidStreamFreesTheEngineAndCountsWhatWasProduced() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      raw.post(CHAT, LONG, "x-request-id: gone").readUntil(" a s");
      assertThat(engine.counters().running()).isEqualTo(1);
    }
    await().until(() -> engine.counters().cancelled() == 1);

    EngineCounters counters = engine.counters();
    assertThat(counters.running()).isZero();
    assertThat(counters.completed()).isZero();
    assertThat(counters.completedTokens()).isZero();
    assertThat(counters.tokens()).isBetween(2L, 3999L);
    assertThat(engine.served("gone"))
        .singleElement()
        .satisfies(
            served -> {
              assertThat(served.end()).isEqualTo(ServedRequest.End.CANCELLED);
              assertThat((long) served.completionTokens()).isEqualTo(counters.tokens());
            });
  }

  @Test
  void clientGoneWhileItsWholeAnswerIsComputedIsNoticed() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      raw.post(CHAT, chat("hello", ",\"max_tokens\":4000"));
      await().until(() -> engine.counters().running() == 1);
    }
    await().until(() -> engine.counters().cancelled() == 1);

    assertThat(engine.counters().tokens()).isBetween(1L, 3999L);
  }

  @Test
  void clientGoneWhileQueuedInsideNeverRuns() throws IOException {
    try (RawClient first = new RawClient(engine)) {
      first.post(CHAT, LONG).readUntil(" a s");
      try (RawClient second = new RawClient(engine)) {
        second.post(CHAT, LONG, "x-request-id: queued");
        await().until(() -> engine.counters().waiting() == 1);
      }
      await().until(() -> engine.counters().waiting() == 0);
      assertThat(engine.counters().running()).isEqualTo(1);
      assertThat(engine.served("queued").get(0).completionTokens()).isZero();
    }
    await().until(() -> engine.counters().openConnections() == 0);
  }

  @Test
  void queuedRequestRunsWhenTheFirstIsDone() throws IOException {
    try (RawClient first = new RawClient(engine);
        RawClient second = new RawClient(engine)) {
      first.post(CHAT, chat("a", ",\"stream\":true,\"max_tokens\":5"));
      second.post(CHAT, chat("b", ",\"stream\":true,\"max_tokens\":5"));

      assertThat(first.readUntil("[DONE]")).contains("length");
      assertThat(second.readUntil("[DONE]")).contains("length");
    }
    await().until(() -> engine.counters().completed() == 2);
    assertThat(engine.counters().completedTokens()).isEqualTo(10);
  }

  @Test
  void closedEngineEndsItsConnections() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      raw.post(CHAT, LONG).readUntil(" a s");
      engine.close();

      assertThat(raw.readAll()).doesNotContain("[DONE]");
    }
    engine.close();
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws IOException {
    try (RawClient raw = new RawClient(engine)) {
      raw.post(CHAT, chat("a", ",\"max_tokens\":1"), "x-request-id: one")
          .post(CHAT, chat("b", ",\"max_tokens\":1"), "x-request-id: two")
          .post("/v1/none", "{}", "connection: close");

      String all = raw.readAll();
      assertThat(all.indexOf("x-request-id: one")).isLessThan(all.indexOf("x-request-id: two"));
      assertThat(all).contains("404 Not Found").endsWith("\"code\":404}}");
    }
  }
}
