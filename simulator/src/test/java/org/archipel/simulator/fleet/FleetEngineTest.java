package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.EngineCapacity;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.TokenEstimate;
import org.archipel.simulator.fleet.scenario.EngineModel;
import org.junit.jupiter.api.Test;

/**
 * The engine model against cases computed by hand: 10 ms + 1 ms x n a step, 1 ms a prompt token.
 */
final class FleetEngineTest {
  private static final long MS = 1_000_000;

  private final List<String> heard = new ArrayList<>();
  private final FleetEngine.Listener listener =
      new FleetEngine.Listener() {
        @Override
        public void admitted(Ticket ticket, long now) {
          heard.add("%d admitted %d".formatted(now / MS, ticket.ask.prompt()));
        }

        @Override
        public void firstToken(Ticket ticket, long now) {
          heard.add("%d first %d".formatted(now / MS, ticket.ask.prompt()));
        }

        @Override
        public void progressed(Ticket ticket, int tokens, long now) {
          heard.add("%d progressed %d to %d".formatted(now / MS, ticket.ask.prompt(), tokens));
        }

        @Override
        public void finished(Ticket ticket, long now) {
          heard.add("%d finished %d".formatted(now / MS, ticket.ask.prompt()));
        }
      };

  private FleetEngine engine(int sequences, long kvTokens) {
    long[] steps = new long[sequences + 1];
    Arrays.setAll(steps, n -> (10 + n) * MS);
    EngineCapacity capacity = new EngineCapacity(sequences, kvTokens, false);
    return new FleetEngine(new EngineModel(capacity, steps, 0, MS, 0), listener);
  }

  private static Ticket ticket(int prompt, int output) {
    return ticket(prompt, output, 0, 0);
  }

  private static Ticket ticket(int prompt, int output, long conversation, int reusable) {
    Demand demand =
        new Demand(
            new Flow("a", "p", ServiceClass.INTERACTIVE),
            new TokenEstimate(prompt, TokenEstimate.UNLIMITED),
            Prefix.NONE,
            RoutingMode.ANY,
            Patience.from(0),
            Set.of());
    return new Ticket(0, 0, 0, new Ticket.Ask(prompt, output, conversation, reusable), demand);
  }

  private static void runUntil(FleetEngine engine, long millis) {
    while (engine.nextNanos() <= millis * MS) {
      engine.event(engine.nextNanos());
    }
  }

  private static void runOut(FleetEngine engine) {
    runUntil(engine, 1_000_000);
  }

  @Test
  void oneRequestAloneTakesItsPromptAndItsTokens() {
    FleetEngine engine = engine(4, 10_000);
    engine.accept(ticket(100, 11), 0);
    runOut(engine);
    // 10 + 100 ms for the prompt's step, then 10 steps of 11 ms.
    assertThat(heard).containsExactly("0 admitted 100", "110 first 100", "220 finished 100");
    assertThat(engine.busyNanos(500 * MS)).isEqualTo(220 * MS);
    assertThat(engine.running()).isZero();
    assertThat(engine.kvUsage()).isZero();
  }

  @Test
  void progressIsToldEvery64Tokens() {
    FleetEngine engine = engine(4, 10_000);
    engine.accept(ticket(10, 130), 0);
    runOut(engine);
    // First token at 20; the 64th 63 steps of 11 ms later, the 128th 64 more, the 130th 2 more.
    assertThat(heard)
        .containsExactly(
            "0 admitted 10",
            "20 first 10",
            "713 progressed 10 to 64",
            "1417 progressed 10 to 128",
            "1439 finished 10");
  }

  @Test
  void anArrivalJoinsAtTheEndOfTheStepAndSharesSteps() {
    FleetEngine engine = engine(4, 10_000);
    engine.accept(ticket(100, 5), 0);
    runUntil(engine, 115);
    // In the first decoding step, 110 to 121.
    engine.accept(ticket(50, 2), 115 * MS);
    runOut(engine);
    // Step 121 to 182 computes 50 prompt tokens and one of the first's: 11 + 50 ms. Then both
    // decode in a step of 12 ms; the second ends. The first has 4 of 5 and ends 11 ms later.
    assertThat(heard)
        .containsExactly(
            "0 admitted 100",
            "110 first 100",
            "121 admitted 50",
            "182 first 50",
            "194 finished 50",
            "205 finished 100");
  }

  @Test
  void promptsShareChunksOf2048Tokens() {
    FleetEngine engine = engine(4, 100_000);
    engine.accept(ticket(3000, 1), 0);
    engine.accept(ticket(500, 1), 0);
    runOut(engine);
    // 2048 of the first: 2058 ms. Then its other 952 together with 500 of the second: 1462 ms.
    assertThat(heard)
        .containsExactly(
            "0 admitted 3000",
            "2058 admitted 500",
            "3520 first 3000",
            "3520 finished 3000",
            "3520 first 500",
            "3520 finished 500");
  }

  @Test
  void whatHasNoSequenceOrNoRoomInTheCacheWaitsInOrder() {
    FleetEngine engine = engine(2, 300);
    engine.accept(ticket(100, 20), 0);
    engine.accept(ticket(150, 40), 0);
    engine.accept(ticket(20, 100), 0);
    assertThat(engine.running()).isOne();
    assertThat(engine.waiting()).isEqualTo(2);
    runOut(engine);
    // 120 and 190 do not fit together into 300, nor do 190 and 120; the last one passes nobody.
    assertThat(heard.stream().filter(line -> line.contains("admitted")))
        .containsExactly("0 admitted 100", "319 admitted 150", "908 admitted 20");
  }

  @Test
  void oneLargerThanTheCacheRunsAlone() {
    FleetEngine engine = engine(4, 100);
    engine.accept(ticket(500, 3), 0);
    engine.accept(ticket(10, 3), 0);
    runOut(engine);
    assertThat(heard.stream().filter(line -> line.contains("finished"))).hasSize(2);
    assertThat(engine.running()).isZero();
  }

  @Test
  void aConversationThatGoesOnFindsWhatWasComputed() {
    FleetEngine engine = engine(4, 10_000);
    engine.accept(ticket(100, 20, 7, 0), 0);
    runOut(engine);
    heard.clear();
    Ticket next = ticket(160, 1, 7, 120);
    engine.accept(next, 10_000 * MS);
    runOut(engine);
    // 112 of 120 in whole blocks of 16; 48 remain.
    assertThat(next.cached).isEqualTo(112);
    assertThat(heard).contains("10058 first 160");
  }

  @Test
  void theCacheGivesWayToRunningRequests() {
    FleetEngine engine = engine(4, 1000);
    engine.accept(ticket(600, 1, 7, 0), 0);
    runOut(engine);
    engine.accept(ticket(700, 1, 8, 0), 10_000 * MS);
    runOut(engine);
    Ticket next = ticket(650, 1, 7, 601);
    engine.accept(next, 20_000 * MS);
    runOut(engine);
    assertThat(next.cached).isZero();
  }
}
