package org.archipel.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoadTest {
  private static final String STREAM = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  private final Upstream upstream = Upstream.start(0, 3);

  @BeforeAll
  void upstreamListens() {
    assertThat(upstream.address().getAddress().isLoopbackAddress()).isTrue();
  }

  @AfterAll
  void stop() {
    upstream.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "burst", "paced", "big"})
  void everyModelOfTheUpstreamIsAnsweredWithoutError(String model) {
    LoadResult result = answers(plan(upstream.address(), model, 4), 8);

    assertThat(result.errors()).as(result.toString()).isZero();
    assertThat(result.latency(Timing.REQUEST)).isPresent();
    assertThat(result.latency(Timing.CHUNK).isPresent()).isEqualTo(model.equals("paced"));
  }

  @Test
  void aBodyOfMegabytesIsSwallowedAndAnswered() {
    LoadRequest request =
        LoadRequest.chat(upstream.address(), Optional.empty(), "big", 0, 3_000_000);

    LoadResult result =
        answers(LoadPlan.closedLoop(upstream.address(), request, 2, Duration.ZERO), 4);

    assertThat(result.errors()).isZero();
  }

  @Test
  void anUnknownModelCountsAsStatus() {
    assertFails(upstream.address(), "unknown", Failure.STATUS);
  }

  @Test
  void aShorterBodyThanExpectedCountsAsLength() throws Exception {
    try (RawServer server =
        new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false)) {
      assertFails(server.address(), "json", Failure.LENGTH);
    }
  }

  @Test
  void aBodyThatEndsBeforeItsLengthCountsAsCut() throws Exception {
    try (RawServer server =
        new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 1021\r\n\r\nshort", true)) {
      assertFails(server.address(), "json", Failure.CUT);
    }
  }

  @Test
  void aStreamThatEndsWithoutItsLastChunkCountsAsCut() throws Exception {
    try (RawServer server = new RawServer(STREAM + "d\r\ndata: {\"x\":1}\r\n", true)) {
      assertFails(server.address(), "burst", Failure.CUT);
    }
  }

  @Test
  void aStreamWithoutDoneCountsAsSuch() throws Exception {
    try (RawServer server =
        new RawServer(STREAM + "f\r\ndata: {\"x\":1}\n\n\r\n0\r\n\r\n", false)) {
      assertFails(server.address(), "burst", Failure.NO_DONE);
    }
  }

  @Test
  void aStreamOfTooFewEventsCountsAsLength() throws Exception {
    String events = "data: {\"x\":1}\n\ndata: [DONE]\n\n";
    try (RawServer server =
        new RawServer(
            STREAM + Integer.toHexString(events.length()) + "\r\n" + events + "\r\n0\r\n\r\n",
            false)) {
      assertFails(server.address(), "burst", Failure.LENGTH);
    }
  }

  @Test
  void anErrorEventCountsAsSuch() throws Exception {
    String events = "data: {\"error\":{\"message\":\"gone\"}}\n\n";
    try (RawServer server =
        new RawServer(
            STREAM + Integer.toHexString(events.length()) + "\r\n" + events + "\r\n0\r\n\r\n",
            false)) {
      assertFails(server.address(), "burst", Failure.ERROR_EVENT);
    }
  }

  @Test
  void anAnswerThatIsNotHttpCountsAsMalformed() throws Exception {
    try (RawServer server = new RawServer("SSH-2.0-OpenSSH_9.2p1\r\n\r\n", false)) {
      assertFails(server.address(), "json", Failure.MALFORMED);
    }
  }

  @Test
  void aTargetThatSaysNothingCountsAsTimeout() throws Exception {
    try (RawServer server = new RawServer("", false)) {
      LoadPlan silent =
          new LoadPlan(
              server.address(),
              LoadRequest.chat(server.address(), Optional.empty(), "json", 0, 200),
              1,
              OptionalDouble.empty(),
              Duration.ZERO,
              Duration.ofMillis(100));
      assertFails(silent, Failure.TIMEOUT);
    }
  }

  @Test
  void aTargetThatIsNotThereCountsAsConnect() throws Exception {
    RawServer server = new RawServer("", true);
    InetSocketAddress gone = server.address();
    server.close();

    assertFails(gone, "json", Failure.CONNECT);
  }

  @Test
  void fixedRateIsTimedFromTheIntendedStart() {
    // One connection that needs at least 40 ms an answer, asked 100 times a second: the wait grows.
    LoadPlan plan =
        new LoadPlan(
            upstream.address(),
            LoadRequest.chat(upstream.address(), Optional.empty(), "paced", 3, 200),
            1,
            OptionalDouble.of(100),
            Duration.ZERO,
            Duration.ofSeconds(30));

    LoadResult result = answers(plan, 10);

    assertThat(result.errors()).isZero();
    assertThat(result.latency(Timing.REQUEST).orElseThrow().max()).isGreaterThan(250_000);
  }

  @Test
  void refusesATargetThatIsNotOnLoopback() throws Exception {
    InetSocketAddress elsewhere =
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 1}), 80);

    assertThatThrownBy(() -> plan(elsewhere, "json", 1))
        .hasMessageContaining("10.0.0.1")
        .hasMessageContaining("expected: a loopback address");
  }

  private static LoadPlan plan(InetSocketAddress to, String model, int connections) {
    LoadRequest request = LoadRequest.chat(to, Optional.empty(), model, 3, 1200);
    return LoadPlan.closedLoop(to, request, connections, Duration.ZERO);
  }

  /** Measures until at least so many answers, or any error, were counted. */
  private static LoadResult answers(LoadPlan plan, int atLeast) {
    LoadTally sum = new LoadTally();
    AtomicReference<LoadResult> result = new AtomicReference<>(sum.result(1));
    try (LoadRequest _ = plan.request();
        Load load = Load.start(plan, 2)) {
      load.beginMeasuring();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                sum.add(load.collect());
                result.set(sum.result(1));
                return result.get().answered() >= atLeast || result.get().errors() > 0;
              });
    }
    return result.get();
  }

  private static void assertFails(InetSocketAddress to, String model, Failure failure) {
    assertFails(plan(to, model, 1), failure);
  }

  private static void assertFails(LoadPlan plan, Failure failure) {
    LoadResult result = answers(plan, Integer.MAX_VALUE);
    assertThat(result.failures()).containsOnlyKeys(failure);
    assertThat(result.answered()).isZero();
  }
}
