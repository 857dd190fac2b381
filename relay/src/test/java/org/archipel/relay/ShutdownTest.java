package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.archipel.ledger.UsageOutcome;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A relay that is shut down lets go in order. */
@ExtendWith(LeakCheck.class)
final class ShutdownTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String STREAM = "{\"model\":\"m\",\"stream\":true}";

  private final ScriptedEngine engine = new ScriptedEngine();
  private final CountDownLatch go = new CountDownLatch(1);

  private static CompletableFuture<Void> shutDown(RelayFixture relay, Duration grace) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              relay.server().shutdown(grace);
              over.complete(null);
            });
    return over;
  }

  private static boolean refuses(InetSocketAddress address) {
    try (RawClient client = new RawClient(address)) {
      return client.socket().isClosed();
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void runningRequestsEndAndNewOnesAreRefused() throws Exception {
    engine.always(
        call -> {
          call.streamHead().chunk(Chunks.text("a")).await(go);
          call.chunk(Chunks.STOP).chunk(Chunks.DONE).endChunks();
        });
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient idle = relay.client();
      assertThat(idle.get("/v1/models").answer().status()).isEqualTo(200);
      RawClient late = relay.client();
      late.send("GET /v1/models HTTP/1.1\r\n");
      RawClient client = relay.client().post(CHAT, STREAM);
      client.head();
      client.chunk();
      Awaitility.await().until(() -> relay.server().openConnections() == 3);
      CompletableFuture<Void> over = shutDown(relay, Duration.ofSeconds(20));
      Awaitility.await().until(() -> refuses(relay.server().address()));

      idle.awaitClosed();
      go.countDown();
      assertThat(client.chunks()).asString().isEqualTo(Chunks.STOP + Chunks.DONE);
      client.awaitClosed();
      over.get(10, TimeUnit.SECONDS);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.COMPLETED);
    }
  }

  @Test
  void aRequestOnAnOpenConnectionIsToldThatTheSiteGoesDown() throws Exception {
    engine.always(call -> call.await(go).json(200, "{}"));
    try (RelayFixture relay = RelayFixture.start(engine)) {
      RawClient client = relay.client().post(CHAT, "{\"model\":\"m\"}").post(CHAT, STREAM);
      engine.call();
      CompletableFuture<Void> over = shutDown(relay, Duration.ofSeconds(20));
      Awaitility.await().until(() -> refuses(relay.server().address()));
      go.countDown();
      RawClient.Answer first = client.answer();

      assertThat(first.status()).isEqualTo(200);
      assertThat(first.header("connection")).contains("close");
      client.rest();
      over.get(10, TimeUnit.SECONDS);
      assertThat(engine.calls()).hasSize(1);
    }
  }

  @Test
  void whatStillRunsAfterTheGracePeriodIsTold() throws Exception {
    engine.then(call -> call.streamHead().chunk(Chunks.text("a")).await(go));
    engine.then(call -> call.await(go));
    try (RelayFixture relay = RelayFixture.of(engine).concurrency(2).start()) {
      RawClient stream = relay.client().post(CHAT, STREAM);
      stream.head();
      stream.chunk();
      RawClient plain = relay.client().post(CHAT, "{\"model\":\"m\"}");
      engine.call();
      engine.call();
      RawClient queued = relay.client().post(CHAT, "{\"model\":\"m\"}");
      Awaitility.await().until(() -> relay.server().waiting() == 1);
      RawClient sending = relay.client();
      sending.send(RawClient.postHead(CHAT, 100, "application/json", "") + "{\"model\":");
      Awaitility.await().until(() -> relay.server().bufferedBodyBytes() >= 9);
      CompletableFuture<Void> over = shutDown(relay, Duration.ofMillis(300));

      assertThat(stream.chunks())
          .asString()
          .contains("data: {\"error\":{", "\"code\":\"shutting_down\"");
      for (RawClient client : new RawClient[] {plain, queued}) {
        RawClient.Answer got = client.answer();
        assertThat(got.status()).isEqualTo(503);
        assertThat(got.header("connection")).contains("close");
      }
      sending.rest();
      over.get(10, TimeUnit.SECONDS);
      assertThat(relay.journal().records()).hasSize(3);
      assertThat(relay.journal().records())
          .allMatch(r -> r.errorCode().orElse("").equals("shutting_down"));
    } finally {
      go.countDown();
    }
  }

  @Test
  void aClientThatDoesNotReadHoldsNoShutdownUp() throws Exception {
    engine.always(
        call -> {
          call.streamHead();
          for (int i = 0; i < 500; i++) {
            call.chunk(Chunks.text("x".repeat(60_000)));
          }
        });
    try (RelayFixture relay = RelayFixture.start(engine)) {
      relay.slowClient().post(CHAT, STREAM);
      engine.call();
      shutDown(relay, Duration.ofMillis(200)).get(10, TimeUnit.SECONDS);
      assertThat(relay.record().outcome()).isEqualTo(UsageOutcome.FAILED);
    }
  }

  @Test
  void aPortInUseFailsTheStart() throws Exception {
    try (RelayFixture relay = RelayFixture.start(engine)) {
      InetSocketAddress taken = relay.server().address();
      assertThatThrownBy(() -> RelayFixture.of().options(o -> o.bind(taken)).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(String.valueOf(taken.getPort()));
    }
  }

  @Test
  void closingTwiceIsOnce() {
    RelayFixture relay = RelayFixture.start(engine);
    relay.server().close();
    relay.server().close();
    relay.close();
    assertThat(refuses(relay.server().address())).isTrue();
  }
}
