package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.archipel.ledger.UsageOutcome;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that does not read slows its engine down, and not the relay's memory. */
@ExtendWith(LeakCheck.class)
final class BackPressureTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String ASK = "{\"model\":\"m\",\"stream\":true}";

  /** What two loopback connections and the relay hold at most; far less than an answer has. */
  private static final long HELD_AT_MOST = 24L * 1024 * 1024;

  private static final int PIECE = 64 * 1024;
  private static final int PIECES = 1024;
  private static final String EVENT = Chunks.text("t".repeat(PIECE));

  private final ScriptedEngine engine = new ScriptedEngine();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void release() {
    end.countDown();
  }

  private static void flood(EngineCall call, boolean stream) throws IOException {
    if (stream) {
      call.streamHead();
    } else {
      call.send("HTTP/1.1 200 OK\r\ncontent-type: audio/wav\r\ntransfer-encoding: chunked\r\n\r\n");
    }
    for (int i = 0; i < PIECES; i++) {
      call.chunk(EVENT);
    }
    if (stream) {
      call.chunk(Chunks.STOP).chunk(Chunks.DONE);
    }
    call.endChunks();
  }

  /** Returns the count at which it stands still. */
  private static long standstill(LongSupplier count) {
    AtomicLong before = new AtomicLong(-1);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(600))
        .atMost(Duration.ofSeconds(30))
        .until(() -> before.get() == before.getAndSet(count.getAsLong()) && before.get() > 0);
    return before.get();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUnreadAnswerStopsTheEngineAndGoesOnWhenRead(boolean stream) throws Exception {
    engine.always(call -> flood(call, stream));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.slowClient().post(CHAT, ASK);
      EngineCall call = engine.call();
      assertThat(standstill(call::written)).isLessThan(HELD_AT_MOST);

      assertThat(client.head().status()).isEqualTo(200);
      long length = 0;
      for (byte[] chunk = client.chunk(); chunk.length > 0; chunk = client.chunk()) {
        length += chunk.length;
      }
      long expected = (long) PIECES * EVENT.length();
      assertThat(length)
          .isEqualTo(stream ? expected + Chunks.STOP.length() + Chunks.DONE.length() : expected);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.COMPLETED);
    }
  }

  @Test
  void aClientThatNeverReadsIsLetGoInSpiteOfPings() throws Exception {
    engine.always(call -> flood(call, true));
    try (RelayFixture relay =
        RelayFixture.of(engine)
            .timeouts(Timeouts.clientStall(Duration.ofMillis(1200)))
            .timeouts(Timeouts.ping(Duration.ofMillis(300)))
            .start()) {
      relay.slowClient().post(CHAT, ASK);
      EngineCall call = engine.call();
      call.connection().peerClosed().get(15, TimeUnit.SECONDS);

      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.CANCELLED);
      Awaitility.await().until(() -> relay.server().openConnections() == 0);
    }
  }

  @Test
  void anEngineThatWasKeptWaitingIsNotBlamedForIt() throws Exception {
    engine.always(
        call -> {
          flood(call, true);
        });
    try (RelayFixture relay =
        RelayFixture.of(engine).timeouts(Timeouts.betweenChunks(Duration.ofMillis(900))).start()) {
      RawClient client = relay.slowClient().post(CHAT, ASK);
      EngineCall call = engine.call();
      standstill(call::written);
      standstill(call::written);

      client.head();
      assertThat(new String(client.chunks(), java.nio.charset.StandardCharsets.UTF_8))
          .endsWith(Chunks.STOP + Chunks.DONE);
    }
  }

  @Test
  void aClientThatLeavesWithoutReadingIsNoticed() throws Exception {
    engine.always(call -> flood(call, true));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.slowClient().post(CHAT, ASK);
      EngineCall call = engine.call();
      standstill(call::written);
      client.close();

      call.connection().peerClosed().get(5, TimeUnit.SECONDS);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.CANCELLED);
    }
  }

  @Test
  void anEngineThatDoesNotReadHoldsNobodyElseUp() throws Exception {
    ScriptedEngine deaf = new ScriptedEngine().deaf();
    try (RelayFixture relay = RelayFixture.of(deaf, engine).concurrency(1).start()) {
      RawClient stuck =
          relay.client().post(CHAT, "{\"model\":\"m\",\"a\":\"" + "x".repeat(9_000_000) + "\"}");
      Awaitility.await().until(() -> relay.server().running() == 1);
      assertThat(relay.client().post(CHAT, "{\"model\":\"m\"}").answer().status()).isEqualTo(200);
      stuck.close();

      Awaitility.await().until(() -> relay.journal().records().size() == 2);
      assertThat(relay.server().bufferedBodyBytes()).isZero();
    } finally {
      deaf.close();
    }
  }
}
