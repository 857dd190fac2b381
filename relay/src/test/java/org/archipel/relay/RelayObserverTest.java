package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.archipel.ledger.UsageOutcome;
import org.archipel.scheduling.ServiceClass;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The observer sees each request that leaves a record once, with what was measured. */
@ExtendWith(LeakCheck.class)
final class RelayObserverTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String PLAIN = "{\"model\":\"nick\"}";
  private static final String STREAM = "{\"model\":\"m\",\"stream\":true}";

  private final ScriptedEngine engine = new ScriptedEngine();

  private static SettledRequest only(RelayFixture relay) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(relay.settled()).hasSize(1));
    return relay.settled().getFirst();
  }

  @Test
  void itSeesTheRecordThatTheJournalTook() throws Exception {
    engine.always(call -> call.json(200, "{}"));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      relay.client().post(CHAT, PLAIN).answer();
      SettledRequest settled = only(relay);

      assertThat(settled.record()).isEqualTo(relay.record());
      assertThat(settled.recorded()).isTrue();
      assertThat(settled.serviceClass()).isEqualTo(ServiceClass.STANDARD);
      assertThat(settled.firstTokenMicros()).isZero();
      assertThat(settled.pushbacks()).isZero();
      assertThat(settled.failures()).isZero();
    }
  }

  @Test
  void theFirstTokenOfAStreamIsItsFirstPieceAndNotItsHead() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(
        call ->
            call.streamHead()
                .await(go)
                .chunk(Chunks.text("one"))
                .chunk(Chunks.STOP)
                .chunk(Chunks.DONE)
                .endChunks());
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client().post(CHAT, STREAM);
      client.head();
      long headSeen = System.nanoTime();
      Awaitility.await().until(() -> System.nanoTime() - headSeen > 2_000_000);
      go.countDown();
      client.chunks();
      SettledRequest settled = only(relay);

      long first = settled.firstTokenMicros();
      assertThat(first).isGreaterThanOrEqualTo(settled.record().timing().firstByte() + 2_000);
      assertThat(first).isLessThanOrEqualTo(settled.record().timing().total());
    }
  }

  @Test
  void attemptsAfterTheFirstAreToldByTheirReason() throws Exception {
    for (int status : new int[] {502, 503}) {
      ScriptedEngine broken = new ScriptedEngine();
      broken.always(call -> call.json(status, "{}"));
      try (RelayFixture relay = RelayFixture.start(broken, new ScriptedEngine())) {
        relay.client().post(CHAT, PLAIN).answer();
        SettledRequest settled = only(relay);

        assertThat(settled.record().attempts()).isEqualTo(2);
        assertThat(settled.pushbacks()).isEqualTo(status == 503 ? 1 : 0);
        assertThat(settled.failures()).isEqualTo(status == 503 ? 0 : 1);
      }
    }
  }

  @Test
  void itSeesARequestAlsoWhenTheJournalDoesNotTakeItAndNoneWithoutAModel() throws Exception {
    engine.always(call -> call.json(200, "{}"));
    try (RelayFixture relay = RelayFixture.of(engine).journal(new HeldJournal().fail()).start()) {
      relay.client().post(CHAT, "{\"model\":\"none\"}").answer();
      assertThat(relay.client().post(CHAT, PLAIN).answer().status()).isEqualTo(503);

      assertThat(only(relay).record().outcome()).isEqualTo(UsageOutcome.COMPLETED);
      assertThat(only(relay).recorded()).isFalse();
    }
  }

  @Test
  void poolsAreShownByTheirModel() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      assertThat(relay.server().pools()).containsOnlyKeys("m");
    }
  }
}
