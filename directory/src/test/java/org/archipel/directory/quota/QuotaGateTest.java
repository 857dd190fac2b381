package org.archipel.directory.quota;

import static org.archipel.directory.quota.QuotaHarness.WHOLE;
import static org.archipel.directory.quota.QuotaHarness.caller;
import static org.archipel.directory.quota.QuotaHarness.key;
import static org.archipel.directory.quota.QuotaHarness.project;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import org.archipel.directory.AgreedLimits;
import org.archipel.directory.Caller;
import org.junit.jupiter.api.Test;

class QuotaGateTest {
  private static final Caller ANNE = caller("chat", "anne");
  private static final Caller BOB = caller("chat", "bob");
  private static final Caller CARL = caller("code", "carl");

  private final QuotaHarness site = new QuotaHarness();
  private final QuotaGate gate = site.gate;

  @Test
  void whereNothingIsAgreedEverythingPasses() {
    for (int i = 0; i < 1000; i++) {
      Reservation reservation = site.admitted(ANNE, 1_000_000);
      assertThat(reservation.requests().limited()).isFalse();
    }
    assertThat(gate.open()).isEqualTo(1000);
  }

  @Test
  void requestsOfAMinuteComeBackOneByOne() {
    gate.change(key("chat", "anne"), Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 6));
    for (int i = 0; i < 6; i++) {
      site.use(ANNE, 1);
    }
    Exhausted refused = site.refused(ANNE, 1);
    assertThat(refused.level()).isEqualTo(QuotaLevel.KEY);
    assertThat(refused.kind()).isEqualTo(QuotaKind.REQUESTS_PER_MINUTE);
    assertThat(refused.lasting()).isFalse();
    assertThat(refused.retryAfterMillis()).isEqualTo(10_000);
    site.hands.pass(Duration.ofMillis(9_999));
    assertThat(site.refused(ANNE, 1).retryAfterMillis()).isEqualTo(1);
    site.hands.pass(Duration.ofMillis(1));
    site.use(ANNE, 1);
    site.refused(ANNE, 1);
    site.use(BOB, 1);
  }

  @Test
  void refusedRequestTakesNothingAnywhere() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 10));
    gate.change(project("chat"), Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 50));
    for (int i = 0; i < 100; i++) {
      site.refused(ANNE, 51);
    }
    assertThat(gate.standing(WHOLE).requests().remaining()).isEqualTo(10);
    assertThat(gate.standing(WHOLE).running()).isZero();
    assertThat(site.budget(project("chat"), QuotaKind.TOKENS_PER_DAY).left()).isEqualTo(50);
    assertThat(gate.refusals(QuotaLevel.PROJECT, QuotaKind.TOKENS_PER_DAY)).isEqualTo(100);
  }

  @Test
  void whatEntitlementsAllowCountsBesideTheOrganizationsOwnQuota() {
    AgreedLimits ten =
        new AgreedLimits(
            OptionalLong.of(10), OptionalLong.empty(), OptionalLong.of(3), OptionalLong.of(100));
    AgreedLimits twenty =
        new AgreedLimits(
            OptionalLong.of(20), OptionalLong.of(5), OptionalLong.empty(), OptionalLong.of(200));
    Limits both = Limits.agreed(List.of(ten, twenty));
    assertThat(both)
        .isEqualTo(
            Limits.NONE
                .with(QuotaKind.REQUESTS_PER_MINUTE, 30)
                .with(QuotaKind.TOKENS_PER_MONTH, 300));
    assertThat(Limits.agreed(List.of(ten, AgreedLimits.NONE))).isEqualTo(Limits.NONE);
    assertThat(Limits.agreed(List.of())).isEqualTo(Limits.NONE);

    gate.change(QuotaScope.entitlement(WHOLE.organization()), both);
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_MONTH, 1_000));
    site.use(ANNE, 250);
    Exhausted refused = site.refused(CARL, 51);
    assertThat(refused.level()).isEqualTo(QuotaLevel.ENTITLEMENT);
    assertThat(refused.kind()).isEqualTo(QuotaKind.TOKENS_PER_MONTH);
    gate.change(QuotaScope.entitlement(WHOLE.organization()), Limits.NONE);
    site.use(CARL, 51);
  }

  @Test
  void burstIsAsLargeAsGiven() {
    gate.change(
        WHOLE,
        Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 60).with(QuotaKind.REQUEST_BURST, 2));
    site.use(ANNE, 1);
    site.use(ANNE, 1);
    assertThat(site.refused(ANNE, 1).retryAfterMillis()).isEqualTo(1_000);
    site.hands.pass(Duration.ofHours(1));
    assertThat(gate.standing(WHOLE).requests()).isEqualTo(new RateLeft(60, 2, 0));
  }

  @Test
  void tokensThatWereNotUsedComeBackAtTheEnd() {
    gate.change(project("chat"), Limits.NONE.with(QuotaKind.TOKENS_PER_MINUTE, 1000));
    Reservation long1 = site.admitted(ANNE, 900);
    assertThat(long1.tokens().remaining()).isEqualTo(100);
    assertThat(site.refused(BOB, 200).kind()).isEqualTo(QuotaKind.TOKENS_PER_MINUTE);
    gate.settle(long1, new Used(50, 50, 0));
    assertThat(gate.standing(project("chat")).tokens().remaining()).isEqualTo(900);
    site.admitted(BOB, 200);
  }

  @Test
  void requestAboveTheBurstRunsWhenTheBucketIsFullAndIsPaidForAfterwards() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_MINUTE, 1000));
    site.use(ANNE, 3000);
    assertThat(site.refused(ANNE, 1).retryAfterMillis()).isEqualTo(120_060);
    site.hands.pass(Duration.ofMillis(120_060));
    site.admitted(ANNE, 1);
  }

  @Test
  void slotIsFreeAgainAfterEveryEnding() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.CONCURRENT_REQUESTS, 1));
    for (int i = 0; i < 10; i++) {
      Reservation running = site.admitted(ANNE, 10);
      assertThat(site.refused(CARL, 10).kind()).isEqualTo(QuotaKind.CONCURRENT_REQUESTS);
      if (i % 2 == 0) {
        gate.settle(running, new Used(1, 0, 0));
      } else {
        gate.giveBack(running);
      }
      // A second word about the same request must not free another's slot.
      Reservation next = site.admitted(BOB, 10);
      gate.settle(running, new Used(1, 0, 0));
      gate.giveBack(running);
      assertThat(gate.standing(WHOLE).running()).isEqualTo(1);
      gate.giveBack(next);
    }
    assertThat(gate.open()).isZero();
  }

  @Test
  void usedUpBudgetRefusesUntilTheNextDay() {
    gate.change(project("chat"), Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    site.use(ANNE, 60);
    site.use(BOB, 40);
    Exhausted refused = site.refused(ANNE, 1);
    assertThat(refused.lasting()).isTrue();
    assertThat(refused.retryAfterMillis()).isEqualTo(Duration.ofHours(12).toMillis());
    site.use(CARL, 1000);
    site.hands.pass(Duration.ofHours(12));
    site.use(ANNE, 100);
  }

  @Test
  void budgetThatIsOnlyHeldMayComeBack() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_MONTH, 100));
    Reservation holding = site.admitted(ANNE, 80);
    Exhausted refused = site.refused(CARL, 30);
    assertThat(refused.lasting()).isFalse();
    assertThat(refused.left()).isEqualTo(20);
    gate.settle(holding, new Used(10, 0, 0));
    site.use(CARL, 30);
    assertThat(site.budget(WHOLE, QuotaKind.TOKENS_PER_MONTH).used()).isEqualTo(40);
  }

  @Test
  void moneyIsABudgetToo() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.MICRO_CURRENCY_PER_MONTH, 1_000));
    Reservation reservation = (Reservation) site.ask(ANNE, 5, 900);
    assertThat(site.ask(CARL, 5, 101)).isInstanceOf(Exhausted.class);
    gate.settle(reservation, new Used(5, 0, 300));
    assertThat(site.ask(CARL, 5, 700)).isInstanceOf(Reservation.class);
    assertThat(site.budget(WHOLE, QuotaKind.MICRO_CURRENCY_PER_MONTH).left()).isZero();
  }

  @Test
  void whoeverNeverRanLeavesNoTrace() {
    gate.change(
        key("chat", "anne"),
        Limits.NONE
            .with(QuotaKind.REQUESTS_PER_MINUTE, 1)
            .with(QuotaKind.TOKENS_PER_MINUTE, 10)
            .with(QuotaKind.TOKENS_PER_DAY, 10));
    QuotaStanding before = gate.standing(key("chat", "anne"));
    for (int i = 0; i < 20; i++) {
      gate.giveBack(site.admitted(ANNE, 10));
    }
    assertThat(gate.standing(key("chat", "anne"))).isEqualTo(before);
  }

  @Test
  void theLimitThatHoldsLongestIsTold() {
    gate.change(key("chat", "anne"), Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 1));
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 2));
    site.use(ANNE, 1);
    site.use(BOB, 1);
    assertThat(site.refused(ANNE, 1).level()).isEqualTo(QuotaLevel.KEY);
    assertThat(site.refused(CARL, 1).level()).isEqualTo(QuotaLevel.ORGANIZATION);
    gate.change(project("chat"), Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 0));
    assertThat(site.refused(ANNE, 1).level()).isEqualTo(QuotaLevel.PROJECT);
  }

  @Test
  void tightestRateIsToldInTheAnswersHead() {
    gate.change(key("chat", "anne"), Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 100));
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 60));
    Reservation reservation = site.admitted(ANNE, 1);
    assertThat(reservation.requests()).isEqualTo(new RateLeft(60, 59, 1_000));
    assertThat(reservation.tokens().limited()).isFalse();
  }

  @Test
  void limitThatIsSetLaterFindsWhatWasUsedAndWhatRuns() {
    site.use(ANNE, 70);
    Reservation running = site.admitted(BOB, 20);
    gate.change(
        project("chat"),
        Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100).with(QuotaKind.CONCURRENT_REQUESTS, 1));
    assertThat(site.budget(project("chat"), QuotaKind.TOKENS_PER_DAY).left()).isEqualTo(10);
    assertThat(site.refused(ANNE, 1).kind()).isEqualTo(QuotaKind.CONCURRENT_REQUESTS);
    gate.settle(running, new Used(1, 0, 0));
    site.use(ANNE, 29);
    site.refused(ANNE, 1);
  }

  @Test
  void rateThatIsYoungerThanARequestGetsNothingBackFromIt() {
    Reservation running = site.admitted(ANNE, 500);
    site.hands.pass(Duration.ofSeconds(1));
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_MINUTE, 1000));
    gate.settle(running, new Used(100, 0, 0));
    assertThat(gate.standing(WHOLE).tokens().remaining()).isEqualTo(900);
  }

  @Test
  void lowerRateKeepsWhatTheLastMinuteUsed() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 10));
    for (int i = 0; i < 4; i++) {
      site.use(ANNE, 1);
    }
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 5));
    site.use(ANNE, 1);
    site.refused(ANNE, 1);
    gate.change(WHOLE, Limits.NONE);
    site.use(ANNE, 1);
  }

  @Test
  void clockThatIsSetBackNeitherResetsNorDoublesADay() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    site.hands.set("2026-03-10T23:59:59Z");
    site.use(ANNE, 60);
    site.hands.set("2026-03-11T00:00:01Z");
    site.use(ANNE, 30);
    site.hands.set("2026-03-10T23:59:58Z");
    assertThat(site.refused(ANNE, 41).lasting()).isTrue();
    site.use(ANNE, 40);
    site.refused(ANNE, 1);
    site.hands.set("2026-03-11T00:00:01Z");
    assertThat(site.budget(WHOLE, QuotaKind.TOKENS_PER_DAY).used()).isEqualTo(30);
    site.refused(ANNE, 71);
    site.use(ANNE, 70);
    site.refused(ANNE, 1);
  }

  @Test
  void clockThatOnceShowsAFarYearForgetsNothing() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_MONTH, 100));
    site.use(ANNE, 60);
    site.hands.set("2036-01-01T00:00:00Z");
    site.use(ANNE, 100);
    site.hands.set("2026-03-10T12:00:01Z");
    site.refused(ANNE, 41);
    site.use(ANNE, 40);
  }

  @Test
  void ratesGoOnWhenTheClockIsSetBack() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 60));
    for (int i = 0; i < 60; i++) {
      site.use(ANNE, 1);
    }
    site.hands.set("2026-03-09T12:00:00Z");
    site.hands.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    site.use(ANNE, 1);
  }

  @Test
  void requestOverMidnightBelongsToTheDayOnWhichItArrived() {
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    site.hands.set("2026-03-10T23:59:59Z");
    Reservation running = site.admitted(ANNE, 100);
    site.hands.set("2026-03-11T00:00:01Z");
    gate.settle(running, new Used(100, 0, 0));
    assertThat(site.budget(WHOLE, QuotaKind.TOKENS_PER_DAY).used()).isZero();
    site.hands.set("2026-03-10T23:59:59Z");
    assertThat(site.budget(WHOLE, QuotaKind.TOKENS_PER_DAY).used()).isEqualTo(100);
  }

  @Test
  void whatTheLedgerKnowsCountsOnce() {
    gate.change(project("chat"), Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    gate.change(WHOLE, Limits.NONE.with(QuotaKind.TOKENS_PER_MONTH, 1000));
    List<Consumed> rows =
        List.of(
            consumed("2026-03-01", "chat", "anne", 200),
            consumed("2026-03-10", "chat", "anne", 30),
            consumed("2026-03-10", "chat", "bob", 20),
            consumed("2026-02-28", "chat", "bob", 9_999),
            consumed("2026-03-10", "code", "carl", 7));
    gate.base(rows);
    site.use(ANNE, 10);
    gate.base(rows);
    assertThat(site.budget(project("chat"), QuotaKind.TOKENS_PER_DAY).used()).isEqualTo(60);
    assertThat(site.budget(WHOLE, QuotaKind.TOKENS_PER_MONTH).used()).isEqualTo(267);
    assertThat(QuotaGate.baseSince(Instant.parse("2026-03-01T00:30:00Z")))
        .isEqualTo("2026-02-01T00:00:00Z");
  }

  private static Consumed consumed(String day, String project, String key, long tokens) {
    return new Consumed(
        LocalDate.parse(day), QuotaHarness.ORGANIZATION, project, key, "mistral-small", tokens, 0);
  }

  @Test
  void eachThresholdIsToldOnceAPeriod() {
    gate.change(project("chat"), Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    site.use(ANNE, 79);
    assertThat(gate.nextWarning()).isNull();
    site.use(ANNE, 1);
    BudgetWarning first = gate.nextWarning();
    assertThat(first).isNotNull();
    assertThat(first.threshold()).isEqualTo(80);
    assertThat(first.used()).isEqualTo(80);
    assertThat(first.period()).isEqualTo("2026-03-10");
    site.use(ANNE, 20);
    BudgetWarning second = gate.nextWarning();
    assertThat(second).isNotNull();
    assertThat(second.threshold()).isEqualTo(100);
    site.refused(ANNE, 1);
    assertThat(gate.nextWarning()).isNull();
    site.hands.pass(Duration.ofDays(1));
    site.use(ANNE, 80);
    assertThat(gate.nextWarning()).isNotNull();
  }

  @Test
  void budgetIsAtItsEndWhenNothingMoreFits() {
    gate.change(project("chat"), Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100));
    site.refused(ANNE, 101);
    assertThat(gate.nextWarning()).isNull();
    site.use(ANNE, 95);
    assertThat(gate.nextWarning()).isNotNull();
    site.refused(ANNE, 6);
    BudgetWarning end = gate.nextWarning();
    assertThat(end).isNotNull();
    assertThat(end.threshold()).isEqualTo(100);
    assertThat(end.used()).isEqualTo(95);
  }
}
