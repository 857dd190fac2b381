package org.archipel.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.SplittableRandom;
import org.archipel.ledger.UsageRecord.Tokens;
import org.junit.jupiter.api.Test;

final class RatesTest {
  private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

  @Test
  void priceIsTheExactSumOfItsKindsRoundedHalfUpOnce() {
    long seed = Long.getLong("seed", 20261122);
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 20_000; i++) {
      // Of every size, so that both the quick and the wide way are gone.
      Rates rates =
          new Rates(
              any(random, Rates.MAX),
              any(random, Rates.MAX),
              any(random, Rates.MAX),
              any(random, Rates.MAX),
              any(random, Rates.MAX),
              any(random, Rates.MAX));
      long prompt = any(random, 4_000_000_000L);
      Tokens tokens =
          new Tokens(
              prompt, any(random, prompt), any(random, 4_000_000_000L), random.nextBoolean());
      long engine = any(random, 1L << 50);
      long audio = any(random, 1L << 40);
      assertThat(rates.cost(tokens, engine, audio))
          .as("seed %d, round %d: %s %s %d %d", seed, i, rates, tokens, engine, audio)
          .isEqualTo(byHand(rates, tokens, engine, audio));
    }
  }

  private static long any(SplittableRandom random, long most) {
    return Math.min(most, random.nextLong(most + 1) >>> random.nextInt(64));
  }

  private static long byHand(Rates rates, Tokens tokens, long engineMicros, long audioMillis) {
    BigDecimal sum =
        times(tokens.prompt() - tokens.cached(), rates.promptPerMillion())
            .add(times(tokens.cached(), rates.cachedPerMillion()))
            .add(times(tokens.completion(), rates.completionPerMillion()))
            .add(times(engineMicros, rates.perEngineSecond()))
            .add(times(audioMillis, rates.perAudioSecond()).multiply(BigDecimal.valueOf(1000)))
            .divide(MILLION)
            .add(BigDecimal.valueOf(rates.perRequest()));
    BigDecimal rounded = sum.setScale(0, RoundingMode.HALF_UP);
    return rounded.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact();
  }

  private static BigDecimal times(long count, long rate) {
    return BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(rate));
  }

  @Test
  void halfOfAMicroCurrencyIsRoundedUpAndLessIsNot() {
    Rates rates = new Rates(1, 0, 0, 0, 0, 0);
    assertThat(rates.cost(new Tokens(500_000, 0, 0, false), 0, 0)).isEqualTo(1);
    assertThat(rates.cost(new Tokens(499_999, 0, 0, false), 0, 0)).isZero();
  }

  @Test
  void kindsAreNotRoundedOneByOne() {
    Rates rates = new Rates(1, 1, 1, 0, 0, 0);
    assertThat(rates.cost(new Tokens(600_000, 300_000, 300_000, false), 0, 0)).isEqualTo(1);
  }

  @Test
  void eachKindHasItsOwnUnit() {
    assertThat(new Rates(0, 0, 0, 250, 0, 0).cost(Tokens.NONE, 4_000_000, 0)).isEqualTo(1000);
    assertThat(new Rates(0, 0, 0, 0, 100, 0).cost(Tokens.NONE, 0, 60_000)).isEqualTo(6000);
    assertThat(new Rates(0, 0, 0, 0, 0, 9).cost(Tokens.NONE, 0, 0)).isEqualTo(9);
    assertThat(new Rates(0, 7, 0, 0, 0, 0).cost(new Tokens(2_000_000, 1_000_000, 5, false), 0, 0))
        .isEqualTo(7);
  }

  @Test
  void ratesOutsideTheirRangeAreRefused() {
    assertThatThrownBy(() -> new Rates(0, 0, -1, 0, 0, 0))
        .hasMessage("completion: -1 (expected: 0 to 1000000000000)");
    assertThatThrownBy(() -> new Rates(0, 0, 0, 0, Rates.MAX + 1, 0))
        .hasMessageContaining("audio_second");
  }
}
