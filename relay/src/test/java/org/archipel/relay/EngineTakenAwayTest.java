package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An engine that is taken away from the requests that it has. */
@ExtendWith(LeakCheck.class)
final class EngineTakenAwayTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String STREAM = "{\"model\":\"m\",\"stream\":true}";

  @Test
  void whatHasNoAnswerYetGoesOnElsewhere() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ScriptedEngine first = new ScriptedEngine().always(call -> call.await(never));
    ScriptedEngine second = new ScriptedEngine().always(call -> call.await(never));
    try (RelayFixture relay = RelayFixture.start(first, second)) {
      RawClient client = relay.client().post(CHAT, "{\"model\":\"m\"}");
      Awaitility.await().until(() -> first.calls().size() + second.calls().size() == 1);
      boolean atFirst = first.calls().size() == 1;
      (atFirst ? second : first).always(call -> call.json(200, "{\"other\":true}"));
      assertThat(relay.server().cutFrom(atFirst ? "e2" : "e1")).isZero();
      assertThat(relay.server().cutFrom(atFirst ? "e1" : "e2")).isOne();
      RawClient.Answer answer = client.answer();
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).contains("other");
      never.countDown();
    }
  }

  @Test
  void aStreamEndsWithAnErrorAndIsAccountedFor() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    ScriptedEngine engine =
        new ScriptedEngine()
            .always(
                call ->
                    call.streamHead()
                        .chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n")
                        .await(never));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client().post(CHAT, STREAM);
      assertThat(client.head().status()).isEqualTo(200);
      assertThat(client.chunkText()).contains("content");
      assertThat(relay.server().cutFrom("e1")).isOne();
      assertThat(new String(client.chunks(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("engine_failed")
          .doesNotContain("[DONE]");
      assertThat(relay.record().errorCode()).contains("engine_failed");
      assertThat(relay.server().cutFrom("e1")).as("nothing is there any more").isZero();
      never.countDown();
    }
  }
}
