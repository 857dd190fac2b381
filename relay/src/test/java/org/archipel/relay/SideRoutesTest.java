package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is answered on the API's listener beside the API. */
@ExtendWith(LeakCheck.class)
final class SideRoutesTest {
  private static final String PATH = "/federation/echo";

  private final ScriptedEngine engine = new ScriptedEngine();

  private RelayFixture.Builder relay(SideRoute route) {
    return RelayFixture.of(engine)
        .side((_, path) -> path.equals(PATH) ? Optional.of(route) : Optional.empty());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void echo(SideRequest request, SideAnswer answer) {
    String text =
        String.join(
            "|",
            request.method(),
            request.query(),
            request.headers().getOrDefault("x-word", ""),
            new String(request.body(), StandardCharsets.UTF_8));
    answer.respond(201, "text/plain; charset=utf-8", utf8(text));
  }

  @Test
  void aWholeRequestIsAnsweredWithoutAKeyAndTheConnectionGoesOn() throws Exception {
    try (RelayFixture relay = relay(SideRoutesTest::echo).start()) {
      RawClient client = relay.client();
      for (int i = 0; i < 2; i++) {
        client.send(
            "POST "
                + PATH
                + "?a=b HTTP/1.1\r\nhost: x\r\nX-Word: w\r\ncontent-length: 4\r\n\r\nfour");
        RawClient.Answer answer = client.answer();
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("content-type")).contains("text/plain; charset=utf-8");
        assertThat(answer.text()).isEqualTo("POST|a=b|w|four");
      }
      assertThat(client.get("/v1/models").answer().status()).isEqualTo(200);
      assertThat(client.get("/federation/other").answer().status()).isEqualTo(404);
      assertThat(relay.journal().records()).isEmpty();
    }
  }

  @Test
  void aBodyIsBoundedWhetherItsLengthIsToldOrNot() throws Exception {
    try (RelayFixture relay = relay(SideRoutesTest::echo).start()) {
      RawClient told = relay.client();
      told.send(RawClient.postHead(PATH, SideRoute.MAX_BODY + 1, "text/plain", ""));
      assertThat(told.answer().status()).isEqualTo(413);

      RawClient chunked = relay.client();
      chunked.send("POST " + PATH + " HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n");
      String piece = "x".repeat(0x8000);
      for (int i = 0; i < 8; i++) {
        chunked.send("8000\r\n" + piece + "\r\n");
      }
      chunked.send("1\r\nx\r\n");
      assertThat(chunked.answer().status()).isEqualTo(413);

      RawClient most = relay.client();
      String body = "y".repeat(SideRoute.MAX_BODY);
      most.send(RawClient.postHead(PATH, body.length(), "text/plain", "") + body);
      assertThat(most.answer().text()).endsWith("y");
    }
  }

  @Test
  void aBodyThatDoesNotComeInTimeIsGivenUp() throws Exception {
    try (RelayFixture relay =
        relay(SideRoutesTest::echo).timeouts(Timeouts.body(Duration.ofMillis(400))).start()) {
      RawClient slow = relay.client().send(RawClient.postHead(PATH, 10, "text/plain", "") + "abc");
      assertThat(slow.answer().status()).isEqualTo(408);
      slow.awaitClosed();
    }
  }

  @Test
  void aStreamReachesTheClientPieceByPieceAndEndsInOrder() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    SideRoute route =
        (_, answer) -> {
          try (SideStream stream = answer.stream("text/event-stream")) {
            stream.write(utf8("one"));
            go.await();
            stream.write(utf8("two"));
          }
        };
    try (RelayFixture relay = relay(route).start()) {
      RawClient client = relay.client().get(PATH);
      assertThat(client.head().header("content-type")).contains("text/event-stream");
      assertThat(client.chunkText()).isEqualTo("one");
      go.countDown();
      assertThat(client.chunkText()).isEqualTo("two");
      assertThat(client.chunk()).isEmpty();
      assertThat(client.get("/v1/models").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void aClientThatDoesNotReadHoldsTheWriterBackAndIsLetGo() throws Exception {
    AtomicLong written = new AtomicLong();
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    SideRoute route =
        (_, answer) -> {
          try (SideStream stream = answer.stream("application/octet-stream")) {
            while (true) {
              stream.write(new byte[16 * 1024]);
              written.addAndGet(16 * 1024);
            }
          } catch (IOException | InterruptedException e) {
            end.complete(e);
            throw e;
          }
        };
    try (RelayFixture relay =
        relay(route).timeouts(Timeouts.clientStall(Duration.ofMillis(1200))).start()) {
      RawClient client = relay.slowClient().get(PATH);
      assertThat(end.get(20, TimeUnit.SECONDS)).isNotNull();
      assertThat(written.get()).isBetween(64L * 1024, 24L * 1024 * 1024);
      Awaitility.await().until(() -> relay.server().openConnections() == 0);
      Awaitility.await().until(() -> relay.server().runningAside() == 0);
      client.close();
    }
  }

  @Test
  void aClientThatLeavesEndsItsRoute() throws Exception {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    SideRoute route =
        (_, answer) -> {
          answer.stream("text/plain").write(utf8("x"));
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            closed.complete(answer.closed());
            throw e;
          }
        };
    try (RelayFixture relay = relay(route).start()) {
      RawClient client = relay.client().get(PATH);
      client.head();
      client.chunk();
      client.close();
      assertThat(closed.get(5, TimeUnit.SECONDS)).isTrue();
      Awaitility.await().until(() -> relay.server().runningAside() == 0);
    }
  }

  @Test
  void aShutdownEndsStreamsInOrderWithoutUsingItsGrace() throws Exception {
    SideRoute route =
        (_, answer) -> {
          answer.stream("text/plain").write(utf8("x"));
          new CountDownLatch(1).await();
        };
    try (RelayFixture relay = relay(route).start()) {
      RawClient client = relay.client().get(PATH);
      client.head();
      client.chunk();
      CompletableFuture<Void> over =
          CompletableFuture.runAsync(() -> relay.server().shutdown(Duration.ofMinutes(5)));
      assertThat(client.chunk()).as("the last chunk").isEmpty();
      client.awaitClosed();
      over.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aRequestThatRunsAtShutdownIsAnsweredWithinTheGrace() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SideRoute route =
        (request, answer) -> {
          begun.countDown();
          go.await();
          echo(request, answer);
        };
    try (RelayFixture relay = relay(route).start()) {
      RawClient client = relay.client().get(PATH);
      begun.await();
      CompletableFuture<Void> over =
          CompletableFuture.runAsync(() -> relay.server().shutdown(Duration.ofSeconds(20)));
      go.countDown();
      assertThat(client.answer().status()).isEqualTo(201);
      over.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aRouteThatFailsIsAnErrorAndNeverAFakeEnd() throws Exception {
    SideRoute route =
        (request, answer) -> {
          if (request.query().equals("stream")) {
            answer.stream("text/plain").write(utf8("x"));
          }
          if (!request.query().equals("silent")) {
            throw new IOException("broken");
          }
        };
    try (RelayFixture relay = relay(route).start()) {
      assertThat(relay.client().get(PATH).answer().status()).isEqualTo(500);
      assertThat(relay.client().get(PATH + "?silent").answer().status()).isEqualTo(500);
      RawClient cut = relay.client().get(PATH + "?stream");
      cut.head();
      cut.chunk();
      cut.awaitClosed();
    }
  }

  @Test
  void anOldClientGetsAStreamThatEndsWithItsConnection() throws Exception {
    SideRoute route =
        (_, answer) -> {
          try (SideStream stream = answer.stream("text/plain")) {
            stream.write(utf8("one"));
            stream.write(utf8("two"));
          }
        };
    try (RelayFixture relay = relay(route).start()) {
      RawClient client = relay.client().send("GET " + PATH + " HTTP/1.0\r\nhost: x\r\n\r\n");
      assertThat(client.answer().text()).isEqualTo("onetwo");
    }
  }
}
