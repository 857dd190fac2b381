package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An engine that serves two models gets no more of both together than it runs at once. */
@ExtendWith(LeakCheck.class)
final class SharedEngineTest {
  private static final String CHAT = "/v1/chat/completions";

  private final ScriptedEngine engine = new ScriptedEngine();

  private RelayFixture relay(int concurrency) {
    EngineSpec same =
        RelayFixture.Specs.concurrency(RelayFixture.Specs.engine("e1", engine.url()), concurrency);
    ModelSpec other =
        new ModelSpec("n", List.of(), ModelKind.CHAT, OptionalInt.of(4096), List.of(same));
    return RelayFixture.of(engine).concurrency(concurrency).models(other).start();
  }

  @Test
  void aPlaceThatOneModelGivesBackGoesToTheOtherThatWaits() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.then(call -> call.await(go).json(200, "{}"));
    try (RelayFixture relay = relay(1)) {
      RawClient first = relay.client().post(CHAT, "{\"model\":\"m\"}");
      engine.call();
      RawClient second = relay.client().post(CHAT, "{\"model\":\"n\"}");
      Awaitility.await().until(() -> relay.server().waiting() == 1);
      assertThat(relay.server().running()).isEqualTo(1);
      go.countDown();
      assertThat(first.answer().status()).isEqualTo(200);
      assertThat(second.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void theEngineNeverHasMoreThanItsLimitAndEverybodyIsServed() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, "{}"));
    try (RelayFixture relay = relay(3)) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String model = i % 2 == 0 ? "m" : "n";
        clients.add(relay.client().post(CHAT, "{\"model\":\"" + model + "\"}"));
      }
      Awaitility.await().until(() -> relay.server().waiting() == clients.size() - 3);
      assertThat(relay.server().running()).isEqualTo(3);
      go.countDown();
      for (RawClient client : clients) {
        assertThat(client.answer().status()).isEqualTo(200);
      }
    }
  }
}
