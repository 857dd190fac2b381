package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send what is not HTTP, do not read, or leave in the middle. */
@ExtendWith(LeakCheck.class)
final class HostileClientTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{\"model\":\"m\"}";

  /** What two bodies of a megabyte and the kernel's buffers on both sides may hold. */
  private static final long MOST_EXCESS = 32 * 1024 * 1024;

  private final ScriptedEngine engine = new ScriptedEngine();

  @Test
  void requestsSentAheadByOneWhoDoesNotReadAreNotAnsweredIntoMemory() throws Exception {
    String large = "\"" + "y".repeat(100_000) + "\"";
    engine.always(call -> call.json(200, large));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.slowClient();
      String one = RawClient.postHead(CHAT, BODY.length(), "application/json", "") + BODY;
      client.send(one.repeat(400));

      // What the kernels take in, a little more, and then it stands still.
      AtomicInteger before = new AtomicInteger(-1);
      Awaitility.await()
          .pollInterval(Duration.ofMillis(700))
          .until(() -> before.getAndSet(engine.calls().size()) == engine.calls().size());
      assertThat(before.get()).isLessThan(200);
      for (int i = 0; i < 400; i++) {
        assertThat(client.answer().body()).hasSize(large.length());
      }
    }
  }

  static Stream<String> malformed() {
    String post = "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-api-key: ark-1-secret\r\n";
    return Stream.of(
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9 x\r\n\r\n",
        post + "content-length: abc\r\n\r\n",
        post + "content-length: -1\r\n\r\n",
        post + "content-length: +5\r\n\r\nabcde",
        post + "content-length: 99999999999999999999\r\n\r\n",
        post + "content-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
        post + "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        post + "transfer-encoding: gzip\r\n\r\nabc",
        post + "transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        post + "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        post + "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        post + "transfer-encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        post + "transfer-encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n",
        post.replace("1.1", "1.0") + "transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        post + "bad header\r\n\r\n",
        post + "bad : x\r\n\r\n",
        post + "content-length: 0\nx: y\n\n",
        post + "x: a\rb\r\n\r\n",
        post + "x: a\u0000b\r\n\r\n",
        post.replace("completions", "completions?a=\rb") + "content-length: 2\r\n\r\n{}",
        post.replace("completions", "completions?a=\tb") + "content-length: 2\r\n\r\n{}",
        post + "x: " + "y".repeat(40_000) + "\r\n\r\n",
        "POST /v1/" + "y".repeat(10_000) + " HTTP/1.1\r\nhost: x\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsNotHttpIsRefusedAndEndsTheConnection(String request) throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      client.send((request + "GET /v1/models HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.UTF_8));
      RawClient.Answer got = client.answer();

      assertThat(got.status()).isEqualTo(400);
      assertThat(got.text())
          .matches(
              "\\{\"error\":\\{\"message\":\"[^\"]+\",\"type\":\"invalid_request_error\","
                  + "\"param\":null,\"code\":\"invalid_request\"}}");
      assertThat(got.header("x-request-id")).isPresent();
      assertThat(got.header("connection")).contains("close");
      client.awaitClosed();
      assertThat(engine.calls()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=\u0000b", "a=é", "a=\u007f"})
  void aQueryThatAnEngineCouldMisreadIsRefused(String query) throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient.Answer got = relay.client().post(CHAT + "?" + query, BODY).answer();

      assertThat(got.status()).isEqualTo(400);
      assertThat(got.text()).contains("\"code\":\"invalid_request\"");
      assertThat(engine.calls()).isEmpty();
    }
  }

  @Test
  void anEndlessHeadIsToldNoAndMayBeReadInFull() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client();
      client.send("GET /v1/models HTTP/1.1\r\n");
      String line = "x-a: " + "y".repeat(8000) + "\r\n";
      for (int i = 0; i < 500; i++) {
        client.send(line);
      }
      assertThat(client.send("\r\n").answer().status()).isEqualTo(400);
      client.awaitClosed();
    }
  }

  @Test
  void whoGoesOnSendingAfterARefusalIsCutOff() throws Exception {
    RelayFixture.Builder small =
        RelayFixture.of(engine)
            .limits(
                l ->
                    new RelayLimits(
                        1 << 20,
                        l.maxBufferedBodies(),
                        l.maxHeader(),
                        l.maxQueue(),
                        l.eventLoops(),
                        l.reservedCompletion()));
    try (RelayFixture relay = small.start()) {
      RawClient client = relay.client();
      client.send("nonsense\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(400);
      byte[] flood = new byte[64 * 1024];
      long begun = System.nanoTime();
      CompletableFuture<Long> sent =
          CompletableFuture.supplyAsync(
              () -> {
                long bytes = 0;
                try {
                  while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(30)) {
                    client.send(flood);
                    bytes += flood.length;
                  }
                  return -1L;
                } catch (IOException e) {
                  return bytes;
                }
              });
      // Meanwhile others are served, and nothing of the flood is kept.
      while (!sent.isDone()) {
        assertThat(relay.client().post(CHAT, BODY).answer().status()).isEqualTo(200);
        assertThat(relay.server().bufferedBodyBytes()).isLessThan(BODY.length() + 1);
      }

      assertThat(sent.get()).as("bytes until the cut, -1 without one").isBetween(0L, MOST_EXCESS);
      Awaitility.await().until(() -> relay.server().openConnections() <= 1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TransportChoice.class,
      names = {"AUTO", "EPOLL", "NIO"})
  void clientsThatLeaveInTheMiddleOfARequestLeaveNothingBehind(TransportChoice transport)
      throws Exception {
    try (RelayFixture relay =
        RelayFixture.of(engine).options(o -> o.transport(transport)).start()) {
      String whole = RawClient.postHead(CHAT, 100_000, "application/json", "") + "x".repeat(90_000);
      for (int length : new int[] {0, 1, 50, 150, 200, 20_000, whole.length()}) {
        RawClient client = relay.client().send(whole.substring(0, length));
        if (length % 100 == 0) {
          client.reset();
        } else {
          client.close();
        }
      }
      Awaitility.await().until(() -> relay.server().openConnections() == 0);
      assertThat(relay.server().bufferedBodyBytes()).isZero();
      assertThat(engine.calls()).isEmpty();
    }
  }

  @Test
  void aStallingClientWithACompleteAnswerIsLetGo() throws Exception {
    byte[] sound = new byte[8 * 1024 * 1024];
    engine.always(call -> call.whole(200, "audio/wav", sound));
    try (RelayFixture relay =
        RelayFixture.of(engine)
            .timeouts(
                t ->
                    new RelayTimeouts(
                        t.header(),
                        t.body(),
                        t.keepAlive(),
                        t.queue(),
                        t.connect(),
                        t.firstByte(),
                        t.betweenChunks(),
                        Duration.ofMillis(500),
                        t.ping()))
            .start()) {
      // Closed by the client's own wish: nobody waits for its next request either.
      RawClient ending = relay.slowClient().post(CHAT, BODY, "connection: close\r\n");
      assertThat(ending.head().status()).isEqualTo(200);
      // Gathered whole: the exchange is over, and only the connection has still to end.
      String large = "{\"data\":[{\"embedding\":\"" + "z".repeat(8 * 1024 * 1024) + "\"}]}";
      engine.always(call -> call.json(200, large));
      String ask = "{\"model\":\"m\",\"encoding_format\":\"base64\"}";
      relay.slowClient().post("/v1/embeddings", ask, "connection: close\r\n");
      relay.slowClient().post("/v1/embeddings", ask);
      Awaitility.await().until(() -> relay.journal().records().size() == 3);

      Awaitility.await().until(() -> relay.server().openConnections() == 0);
    }
  }
}
