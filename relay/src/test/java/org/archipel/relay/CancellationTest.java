package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.archipel.engines.ModelKind;
import org.archipel.engines.ModelSpec;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes away frees its engine at once, wherever its request is. */
@ExtendWith(LeakCheck.class)
final class CancellationTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String PLAIN = "{\"model\":\"m\"}";
  private static final String STREAM = "{\"model\":\"m\",\"stream\":true}";

  /** Several, of which the middle one counts: the machine may be busy with something else. */
  private static final int ROUNDS = 5;

  private final ScriptedEngine engine = new ScriptedEngine();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void release() {
    end.countDown();
  }

  /** Where a request is when its client leaves. */
  private static void answerUntil(String moment, EngineCall call) throws Exception {
    switch (moment) {
      case "waiting" -> {}
      case "streaming" -> call.streamHead().chunk(Chunks.text("a") + Chunks.text("b"));
      case "gathering" ->
          call.send(
              "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{");
      case "passing" ->
          call.send("HTTP/1.1 200 OK\r\ncontent-type: audio/wav\r\ncontent-length: 9\r\n\r\nabc");
      case "error" ->
          call.send(
              "HTTP/1.1 400 X\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{");
      default -> throw new IllegalArgumentException(moment);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, waiting, false",
    "/v1/chat/completions, waiting, true",
    "/v1/chat/completions, streaming, false",
    "/v1/chat/completions, streaming, true",
    "/v1/responses, streaming, false",
    "/v1/messages, streaming, true",
    "/v1/messages, gathering, false",
    "/v1/chat/completions, gathering, true",
    "/v1/embeddings, gathering, false",
    "/v1/audio/speech, passing, false",
    "/v1/audio/speech, passing, true",
    "/v1/chat/completions, error, false"
  })
  void aClientThatLeavesFreesItsEngineWithin100Milliseconds(
      String route, String moment, boolean reset) throws Exception {
    engine.always(
        call -> {
          answerUntil(moment, call);
          call.await(end);
        });
    long[] millis = new long[ROUNDS];
    try (RelayFixture relay = RelayFixture.start(engine)) {
      for (int round = 0; round < ROUNDS; round++) {
        RawClient client = relay.client().post(route, moment.equals("streaming") ? STREAM : PLAIN);
        EngineCall call = engine.call();
        if (moment.equals("streaming")) {
          client.head();
          client.chunk();
        } else if (moment.equals("passing")) {
          client.head();
        }
        long left = System.nanoTime();
        if (reset) {
          client.reset();
        } else {
          client.close();
        }
        long noticed = call.connection().peerClosed().get(10, TimeUnit.SECONDS);
        millis[round] = TimeUnit.NANOSECONDS.toMillis(noticed - left);
      }
      Arrays.sort(millis);
      assertThat(millis[ROUNDS / 2]).as(Arrays.toString(millis)).isLessThanOrEqualTo(100);

      Awaitility.await().until(() -> relay.journal().records().size() == ROUNDS);
      assertThat(relay.server().running()).isZero();
      for (UsageRecord record : relay.journal().records()) {
        assertThat(record.outcome()).isEqualTo(UsageOutcome.CANCELLED);
        assertThat(record.errorCode()).isEmpty();
        assertThat(record.attempts()).isEqualTo(1);
        boolean begun = moment.equals("streaming") || moment.equals("passing");
        assertThat(record.status()).isEqualTo(begun ? 200 : 499);
        if (moment.equals("streaming") && route.equals(CHAT)) {
          assertThat(record.tokens())
              .isEqualTo(new UsageRecord.Tokens(STREAM.length() / 4, 0, 2, true));
        } else if (moment.equals("waiting")) {
          assertThat(record.tokens())
              .isEqualTo(new UsageRecord.Tokens(PLAIN.length() / 4, 0, 0, true));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientThatLeavesTheQueueGivesItsPlaceUp(boolean stream) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    engine.always(call -> call.await(go).json(200, "{}"));
    try (RelayFixture relay = RelayFixture.of(engine).concurrency(1).start()) {
      RawClient running = relay.client().post(CHAT, PLAIN);
      engine.call();
      RawClient leaving = relay.client().post(CHAT, stream ? STREAM : PLAIN);
      Awaitility.await().until(() -> relay.server().waiting() == 1);
      RawClient staying = relay.client().post(CHAT, PLAIN);
      Awaitility.await().until(() -> relay.server().waiting() == 2);
      leaving.close();
      Awaitility.await()
          .pollInterval(Duration.ofMillis(5))
          .until(() -> relay.server().waiting() == 1);
      UsageRecord record = relay.record();
      assertThat(record.outcome()).isEqualTo(UsageOutcome.CANCELLED);
      assertThat(record.status()).isEqualTo(499);
      assertThat(record.attempts()).isZero();
      assertThat(record.engine()).isEmpty();
      assertThat(record.tokens()).isEqualTo(UsageRecord.Tokens.NONE);

      go.countDown();
      assertThat(running.answer().status()).isEqualTo(200);
      assertThat(staying.answer().status()).isEqualTo(200);
      assertThat(engine.calls()).hasSize(2);
    }
  }

  @Test
  void aClientThatLeavesWhileTheEngineIsBeingConnectedGivesThePermitBack() throws Exception {
    try (BlackHole hole = new BlackHole()) {
      ModelSpec far =
          new ModelSpec(
              "far",
              List.of(),
              ModelKind.CHAT,
              OptionalInt.empty(),
              List.of(RelayFixture.Specs.engine("hole", hole.url())));
      try (RelayFixture relay = RelayFixture.of(engine).models(far).start()) {
        RawClient client = relay.client().post(CHAT, "{\"model\":\"far\"}");
        Awaitility.await().until(() -> relay.server().running() == 1);
        client.close();
        Awaitility.await()
            .atMost(Duration.ofSeconds(2))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> relay.server().running() == 0);

        UsageRecord record = relay.record();
        assertThat(record.outcome()).isEqualTo(UsageOutcome.CANCELLED);
        assertThat(record.tokens()).isEqualTo(UsageRecord.Tokens.NONE);
        assertThat(relay.catalog().unreachable()).isEmpty();
      }
    }
  }

  @Test
  void anEngineThatCannotBeConnectedInTimeIsReported() throws Exception {
    try (BlackHole hole = new BlackHole()) {
      ModelSpec far =
          new ModelSpec(
              "far",
              List.of(),
              ModelKind.CHAT,
              OptionalInt.empty(),
              List.of(RelayFixture.Specs.engine("hole", hole.url())));
      try (RelayFixture relay =
          RelayFixture.of(engine)
              .models(far)
              .timeouts(Timeouts.connect(Duration.ofMillis(300)))
              .start()) {
        RawClient.Answer got = relay.client().post(CHAT, "{\"model\":\"far\"}").answer();

        assertThat(got.status()).isEqualTo(502);
        assertThat(got.text()).contains("\"code\":\"engine_failed\"");
        assertThat(relay.catalog().unreachable()).containsExactly("hole");
      }
    }
  }

  @Test
  void manyClientsThatLeaveAtAnyMomentLeaveNothingBehind() throws Exception {
    engine.always(
        call -> {
          call.streamHead();
          for (int i = 0; i < 20; i++) {
            call.chunk(Chunks.text("x"));
          }
          call.chunk(Chunks.STOP).chunk(Chunks.DONE).endChunks();
        });
    try (RelayFixture relay = RelayFixture.of(engine).concurrency(3).start()) {
      int count = 150;
      for (int i = 0; i < count; i++) {
        RawClient client = relay.client().post(CHAT, STREAM);
        switch (i % 5) {
          case 0 -> client.close();
          case 1 -> client.reset();
          case 2 -> {
            client.head();
            client.close();
          }
          case 3 -> {
            client.head();
            client.chunk();
            client.reset();
          }
          default -> client.answer();
        }
      }
      Awaitility.await().until(() -> relay.server().running() == 0);
      // A client that resets right after it has sent may not have been heard at all.
      List<UsageRecord> records = relay.journal().records();
      assertThat(records).hasSizeBetween(3 * count / 5, count);
      assertThat(records.stream().map(UsageRecord::id).distinct()).hasSize(records.size());
    }
  }

  /** An address that takes no connection and refuses none. */
  private static final class BlackHole implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> filling = new ArrayList<>();

    BlackHole() throws IOException {
      for (boolean room = true; room; ) {
        Socket socket = new Socket();
        filling.add(socket);
        try {
          socket.connect(
              new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), 300);
        } catch (SocketTimeoutException e) {
          room = false;
        }
      }
    }

    URI url() {
      return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : filling) {
        socket.close();
      }
      listener.close();
    }
  }
}
