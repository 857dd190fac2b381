package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.Refusal;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.TokenEstimate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AttemptsTest {
  private static final Failure BROKEN = Failure.of(ErrorCode.ENGINE_FAILED, "broken");
  private static final boolean LOST = true;
  private static final Demand DEMAND =
      new Demand(
          new Flow("univ-a", "chat", ServiceClass.STANDARD),
          new TokenEstimate(10, 20),
          Prefix.NONE,
          RoutingMode.ANY,
          Patience.from(7),
          Set.of());

  private final Attempts attempts = new Attempts(DEMAND, () -> true, 42);

  private static Refusal refusal(Refusal.Reason reason) {
    return new Refusal(reason, Duration.ofSeconds(5).toNanos(), 3);
  }

  private static Set<String> submitted(Attempts.Next next) {
    assertThat(next).isInstanceOf(Attempts.Next.Submit.class);
    Demand demand = ((Attempts.Next.Submit) next).demand();
    assertThat(demand.patience()).isEqualTo(DEMAND.patience());
    return demand.excludedEngines();
  }

  private static Attempts.Next.Pause paused(Attempts.Next next) {
    assertThat(next).isInstanceOf(Attempts.Next.Pause.class);
    Attempts.Next.Pause pause = (Attempts.Next.Pause) next;
    assertThat(pause.demand().patience()).isEqualTo(DEMAND.patience());
    return pause;
  }

  private static Failure given(Attempts.Next next) {
    assertThat(next).isInstanceOf(Attempts.Next.GiveUp.class);
    return ((Attempts.Next.GiveUp) next).failure();
  }

  @Test
  void aBusyEngineAndTwoOthersAreAskedAndThenThereIsAPause() {
    assertThat(submitted(attempts.pushedBack("e1"))).containsExactly("e1");
    assertThat(submitted(attempts.pushedBack("e2"))).containsExactlyInAnyOrder("e1", "e2");
    assertThat(paused(attempts.pushedBack("e3")).demand().excludedEngines()).isEmpty();
    assertThat(submitted(attempts.pushedBack("e1"))).containsExactly("e1");
  }

  @Test
  void withoutAnotherEngineTheBusyOneIsAskedAgainLater() {
    submitted(attempts.pushedBack("e1"));
    assertThat(paused(attempts.refused(refusal(Refusal.Reason.NO_ENGINE))).demand())
        .isEqualTo(DEMAND);
    // Nothing came back since: there is none at all.
    assertThat(given(attempts.refused(refusal(Refusal.Reason.NO_ENGINE))).code())
        .isEqualTo(ErrorCode.NO_ENGINE_AVAILABLE);
  }

  @Test
  void pausesGrowAndScatterAndStayBounded() {
    long seed = new Random().nextLong();
    Attempts one = new Attempts(DEMAND, () -> true, seed);
    for (int round = 0; round < 50; round++) {
      submitted(one.pushedBack("e1"));
      long most = Math.min(2000, 50L << Math.min(round, 10));
      long pause =
          Duration.ofNanos(paused(one.refused(refusal(Refusal.Reason.NO_ENGINE))).nanos())
              .toMillis();
      assertThat(pause).as("seed %d, round %d", seed, round).isBetween(most / 2, most);
    }
  }

  @Test
  void aFailureIsMadeGoodOnceOnAnotherEngine() {
    assertThat(submitted(attempts.failed("e1", BROKEN, !LOST))).containsExactly("e1");
    assertThat(given(attempts.failed("e2", BROKEN, !LOST))).isEqualTo(BROKEN);
  }

  @Test
  void theOnlyEnginesFailureIsToldAndNotThatThereIsNoOther() {
    submitted(attempts.failed("e1", BROKEN, !LOST));
    assertThat(given(attempts.refused(refusal(Refusal.Reason.NO_ENGINE)))).isEqualTo(BROKEN);
  }

  @Test
  void withoutBudgetAFailureIsTold() {
    assertThat(given(new Attempts(DEMAND, () -> false, 1).failed("e1", BROKEN, !LOST)))
        .isEqualTo(BROKEN);
  }

  @Test
  void whatAnEngineHeldThatIsGoneNeedsNoBudget() {
    Attempts without = new Attempts(DEMAND, () -> false, 1);
    assertThat(submitted(without.failed("e1", BROKEN, LOST))).containsExactly("e1");
    assertThat(given(without.failed("e2", BROKEN, LOST))).isEqualTo(BROKEN);
  }

  @Test
  void anEngineThatFailedIsNotAskedAgainAfterAPause() {
    submitted(attempts.failed("e1", BROKEN, !LOST));
    submitted(attempts.pushedBack("e2"));
    assertThat(
            paused(attempts.refused(refusal(Refusal.Reason.NO_ENGINE))).demand().excludedEngines())
        .containsExactly("e1");
  }

  @ParameterizedTest
  @EnumSource(
      value = Refusal.Reason.class,
      names = {"QUEUE_FULL", "PREDICTED_WAIT"})
  void whoHadAPlaceDoesNotLoseItToAFullQueue(Refusal.Reason reason) {
    assertThat(given(attempts.refused(refusal(reason))).retryAfterSeconds()).isEqualTo(5);
    submitted(attempts.pushedBack("e1"));
    paused(attempts.refused(refusal(reason)));
    assertThat(given(attempts.refused(refusal(Refusal.Reason.DEADLINE_PASSED))).code())
        .isEqualTo(ErrorCode.QUEUE_TIMEOUT);
  }

  @Test
  void theBudgetIsAFifthOfWhatRunsAndThreeAtLeast() {
    AtomicInteger running = new AtomicInteger();
    RetryBudget budget = new RetryBudget(running::get);
    for (int i = 0; i < 3; i++) {
      assertThat(budget.take()).isTrue();
    }
    assertThat(budget.take()).isFalse();
    running.set(20);
    assertThat(budget.take()).isTrue();
    assertThat(budget.take()).isFalse();
    budget.giveBack();
    assertThat(budget.take()).isTrue();
  }
}
