package org.archipel.simulator;

import static org.archipel.simulator.ChatRouteTest.chat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ManyStreamsTest {
  private static final int STREAMS = 1000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SimulatedEngine engine =
      SimulatedEngine.start(
          new SimulatedEngineOptions()
              .withModels(SimulatedModel.chat("m"))
              .withMaxConcurrency(STREAMS)
              .withTiming(new FixedTiming(Duration.ofMillis(50), Duration.ofMillis(20))));
  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    engine.close();
  }

  @Test
  void thousandStreamsAreAllWholeAndCounted() throws IOException {
    startStreams("connection: close");

    for (RawClient client : clients) {
      assertThat(client.readAll()).contains("data: [DONE]").endsWith("0\r\n\r\n");
    }

    await().atMost(PATIENCE).until(() -> engine.counters().completed() == STREAMS);
    assertThat(engine.counters().completedTokens()).isEqualTo(10L * STREAMS);
    assertThat(engine.counters().cancelled()).isZero();
    await().atMost(PATIENCE).until(() -> engine.counters().openConnections() == 0);
  }

  @Test
  void thousandStreamsRunAtOnceAndAreFreedWhenTheirClientsLeave() throws IOException {
    startStreams("x-simulate: stall-after=3");
    for (RawClient client : clients) {
      client.readUntil("\"imul\"");
    }
    assertThat(engine.counters().running()).isEqualTo(STREAMS);

    for (RawClient client : clients) {
      client.close();
    }

    await().atMost(PATIENCE).until(() -> engine.counters().cancelled() == STREAMS);
    assertThat(engine.counters().running()).isZero();
    assertThat(engine.counters().tokens()).isEqualTo(3L * STREAMS);
    assertThat(engine.counters().completedTokens()).isZero();
  }

  private void startStreams(String header) throws IOException {
    for (int i = 0; i < STREAMS; i++) {
      RawClient client = new RawClient(engine);
      clients.add(client);
      String body = chat("hello " + i, ",\"stream\":true,\"max_tokens\":10");
      client.post("/v1/chat/completions", body, header);
    }
  }
}
