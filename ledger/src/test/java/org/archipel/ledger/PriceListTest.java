package org.archipel.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PriceListTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  private final PriceList prices =
      new PriceList(
          organization ->
              organization.equals("none")
                  ? Optional.empty()
                  : Optional.of(organization.startsWith("b") ? "beneficiary" : "contributor"));

  private static Optional<String> perhaps(SplittableRandom random, String... names) {
    return random.nextInt(2) == 0
        ? Optional.empty()
        : Optional.of(names[random.nextInt(names.length)]);
  }

  private static TariffSelector anySelector(SplittableRandom random) {
    Optional<String> organization = perhaps(random, "insa", "b-one");
    return new TariffSelector(
        perhaps(random, "mistral", "qwen"),
        perhaps(random, "insa", "ubo"),
        perhaps(random, "batch", "standard"),
        organization,
        organization.isPresent()
            ? Optional.empty()
            : perhaps(random, "beneficiary", "contributor"));
  }

  @Test
  void theMostSpecificTariffWinsAsTheRuleSays() {
    long seed = Long.getLong("seed", 4711);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      List<Tariff> tariffs = anyTariffs(random);
      prices.replace(tariffs);
      for (int asked = 0; asked < 40; asked++) {
        Instant at = START.plusSeconds(random.nextLong(100));
        String model = pick(random, "mistral", "qwen", "bge");
        String owner = pick(random, "insa", "ubo", "");
        String serviceClass = pick(random, "batch", "standard", "");
        String consumer = pick(random, "insa", "b-one", "b-two", "none");
        Asked who = new Asked(model, owner, serviceClass, consumer);
        assertThat(prices.tariff(at, model, owner, serviceClass, consumer))
            .as("seed %d, round %d: %s at %s of %s", seed, round, who, at, tariffs)
            .isEqualTo(byRule(tariffs, at, who));
      }
    }
  }

  private record Asked(String model, String owner, String serviceClass, String consumer) {
    boolean fits(TariffSelector s) {
      String kind = consumer.startsWith("b") ? "beneficiary" : "contributor";
      return s.model().map(model::equals).orElse(true)
          && s.owner().map(owner::equals).orElse(true)
          && s.serviceClass().map(serviceClass::equals).orElse(true)
          && s.organization().map(consumer::equals).orElse(true)
          && s.organizationKind().map(k -> k.equals(kind) && !consumer.equals("none")).orElse(true);
    }
  }

  /** The rule as its words say it: compare by consumer, owner, model, class. */
  private static Optional<Tariff> byRule(List<Tariff> tariffs, Instant at, Asked asked) {
    Comparator<Tariff> specific =
        Comparator.<Tariff>comparingInt(
                t ->
                    t.applies().organization().isPresent()
                        ? 2
                        : t.applies().organizationKind().isPresent() ? 1 : 0)
            .thenComparing(t -> t.applies().owner().isPresent())
            .thenComparing(t -> t.applies().model().isPresent())
            .thenComparing(t -> t.applies().serviceClass().isPresent());
    return tariffs.stream()
        .filter(t -> asked.fits(t.applies()))
        .filter(t -> !at.isBefore(t.validFrom()))
        .filter(t -> t.validUntil().map(at::isBefore).orElse(true))
        .max(specific);
  }

  private static List<Tariff> anyTariffs(SplittableRandom random) {
    List<Tariff> tariffs = new ArrayList<>();
    int count = random.nextInt(20);
    for (int i = 0; i < count; i++) {
      TariffSelector selector = anySelector(random);
      Instant from = START.plusSeconds(random.nextInt(100));
      Optional<Instant> until =
          random.nextBoolean()
              ? Optional.empty()
              : Optional.of(from.plusSeconds(random.nextInt(50)));
      if (tariffs.stream().noneMatch(t -> t.applies().equals(selector))) {
        tariffs.add(tariff("t" + i, selector, from, until, 1));
      }
    }
    return tariffs;
  }

  private static Tariff tariff(
      String id, TariffSelector applies, Instant from, Optional<Instant> until, long rate) {
    return new Tariff(id, 1, applies, new Rates(rate, rate, rate, 0, 0, 0), "EUR", from, until);
  }

  private static String pick(SplittableRandom random, String... names) {
    return names[random.nextInt(names.length)];
  }

  @Test
  void validityBeginsWithItsFirstMicrosecondAndEndsBeforeItsLast() {
    Instant end = START.plusSeconds(10);
    prices.replace(List.of(tariff("t", TariffSelector.ANY, START, Optional.of(end), 1)));
    assertThat(prices.tariff(START.minusNanos(1000), "m", "", "", "o")).isEmpty();
    assertThat(prices.tariff(START, "m", "", "", "o")).isPresent();
    assertThat(prices.tariff(end.minusNanos(1000), "m", "", "", "o")).isPresent();
    assertThat(prices.tariff(end, "m", "", "", "o")).isEmpty();
  }

  @Test
  void estimateIsNeverBelowThePriceOnAnyOwnersEngine() {
    long seed = Long.getLong("seed", 99);
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 300; round++) {
      List<Tariff> tariffs = new ArrayList<>();
      for (Tariff any : anyTariffs(random)) {
        long rate = random.nextLong(1_000_000);
        tariffs.add(tariff(any.id(), any.applies(), START, Optional.empty(), rate));
      }
      prices.replace(tariffs);
      long estimate = prices.estimate(START, "mistral", "batch", "insa", 1000, 500);
      for (String owner : List.of("insa", "ubo", "other", "")) {
        long price =
            prices
                .tariff(START, "mistral", owner, "batch", "insa")
                .map(
                    t ->
                        t.price(
                            UsageOutcome.COMPLETED,
                            new UsageRecord.Tokens(1000, 300, 400, false),
                            0,
                            0))
                .map(UsageRecord.Price::microCurrency)
                .orElse(0L);
        assertThat(price).as("seed %d, round %d", seed, round).isLessThanOrEqualTo(estimate);
      }
    }
  }

  @Test
  void failedRequestsCostNothingAndKeepTheirTariff() {
    Tariff tariff = tariff("t", TariffSelector.ANY, START, Optional.empty(), 1_000_000);
    UsageRecord.Tokens tokens = new UsageRecord.Tokens(5, 0, 5, false);
    assertThat(tariff.price(UsageOutcome.FAILED, tokens, 1, 1))
        .isEqualTo(new UsageRecord.Price("t", 0, "EUR"));
    assertThat(tariff.price(UsageOutcome.CANCELLED, tokens, 0, 0))
        .isEqualTo(new UsageRecord.Price("t", 10, "EUR"));
  }

  @Test
  void organizationAndKindTogetherAreRefused() {
    assertThatThrownBy(
            () ->
                new TariffSelector(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of("insa"),
                    Optional.of("beneficiary")))
        .hasMessage("organization and organization_kind: both (expected: one of them)");
  }
}
