package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.archipel.simulator.Faults;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A caller that goes away frees its engine within a tenth of a second, on every route. */
final class DisconnectIT extends SharedSite {
  private static final int TRIES = 5;
  private static final Duration LIMIT = Duration.ofMillis(100);
  private static final Faults SILENT = Faults.parse("first-byte-ms=60000");
  private static final Faults ENDLESS = Faults.parse("itl-ms=20,tokens=5000");

  private final AtomicLong ids = new AtomicLong();

  @Override
  SimulatedEngineOptions options() {
    return super.options().withModels(MixedRequests.MODELS).withMaxConcurrency(1);
  }

  @ParameterizedTest
  @EnumSource(MixedRequests.Kind.class)
  void whileTheEngineSaysNothing(MixedRequests.Kind kind) throws IOException {
    engine().defaultFault(SILENT);

    assertFreedInTime(kind, false);
  }

  @ParameterizedTest
  @EnumSource(
      value = MixedRequests.Kind.class,
      names = {"CHAT_STREAM", "COMPLETION_STREAM", "RESPONSE_STREAM", "MESSAGE_STREAM"})
  void whileTheAnswerStreams(MixedRequests.Kind kind) throws IOException {
    engine().defaultFault(ENDLESS);

    assertFreedInTime(kind, true);
  }

  @Test
  void whileItWaitsForItsTurn() throws IOException {
    engine().defaultFault(ENDLESS);
    long started = engine().counters().started();
    long cancelled = cancelledRecords();
    try (RawHttp first = RawHttp.connect(site().api())) {
      first.send(request(MixedRequests.Kind.CHAT_STREAM));
      first.readHead();
      // The engine takes one at a time, so this one waits in the site.
      try (RawHttp second = RawHttp.connect(site().api())) {
        second.send(request(MixedRequests.Kind.CHAT));
      }
      await("the account of the one that left while it waited")
          .atMost(Duration.ofSeconds(10))
          .until(() -> cancelledRecords() == cancelled + 1);
      assertThat(first.readChunk()).isPresent();
    }
    await("the engine to be free")
        .atMost(Duration.ofSeconds(5))
        .until(() -> engine().counters().running() == 0);
    engine().defaultFault(Faults.none());
    assertServes();
    // The first and the good one: the second never reached the engine.
    assertThat(engine().counters().started()).isEqualTo(started + 2);
  }

  /**
   * Goes away a few times. The machine may be busy with other things once, so that the middle one
   * of the times counts.
   */
  private void assertFreedInTime(MixedRequests.Kind kind, boolean afterSomeChunks)
      throws IOException {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) {
      long cancelled = engine().counters().cancelled();
      try (RawHttp client = RawHttp.connect(site().api())) {
        client.send(request(kind));
        if (afterSomeChunks) {
          client.readHead();
          assertThat(client.readChunk()).isPresent();
          assertThat(client.readChunk()).isPresent();
        }
        await("the engine to work")
            .pollInterval(Duration.ofMillis(5))
            .atMost(Duration.ofSeconds(10))
            .until(() -> engine().counters().running() == 1);
      }
      times.add(nanosUntil(() -> engine().counters().cancelled() == cancelled + 1));
    }
    times.sort(null);
    assertThat(Duration.ofNanos(times.get(TRIES / 2)))
        .as("%s: %s ns", kind, times)
        .isLessThan(LIMIT);
    engine().defaultFault(Faults.none());
    assertServes();
  }

  private long cancelledRecords() {
    return site().control().usage().at("/cancelled").asLong();
  }

  private static long nanosUntil(BooleanSupplier condition) {
    long begin = System.nanoTime();
    await("the engine to be left")
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .atMost(5, TimeUnit.SECONDS)
        .until(condition::getAsBoolean);
    return System.nanoTime() - begin;
  }

  private byte[] request(MixedRequests.Kind kind) {
    return new MixedRequests(key()).bytes(kind, "left-" + ids.incrementAndGet(), 3_000);
  }

  private void assertServes() throws IOException {
    try (RawHttp client = RawHttp.connect(site().api())) {
      client.send(
          new MixedRequests(key())
              .bytes(MixedRequests.Kind.CHAT, "good-" + ids.incrementAndGet(), 4));
      assertThat(client.read().status()).isEqualTo(200);
    }
  }
}
