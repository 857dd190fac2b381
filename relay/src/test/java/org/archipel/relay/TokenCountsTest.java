package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.archipel.ledger.UsageRecord;
import org.junit.jupiter.api.Test;

final class TokenCountsTest {
  private final TokenCounts counts = new TokenCounts();

  @Test
  void anAnswerOfScoresProducedNoTokensHoweverLongItIs() {
    counts.take("prompt_tokens", 11);

    assertThat(counts.ofWhole(40, 63)).isEqualTo(new UsageRecord.Tokens(11, 0, 0, false));
  }

  @Test
  void aWholeAnswerWithoutAnyCountIsEstimated() {
    assertThat(counts.ofWhole(40, 63)).isEqualTo(new UsageRecord.Tokens(40, 0, 63, true));
  }

  @Test
  void aStreamThatWasLeftCountsWhatCameAfterItsFirstReport() {
    counts.take("input_tokens", 11);
    counts.take("output_tokens", 1);

    assertThat(counts.ofInterrupted(40, 7)).isEqualTo(new UsageRecord.Tokens(11, 0, 7, true));
  }

  @Test
  void aStreamThatWasLeftKeepsAReportThatIsAheadOfItsEvents() {
    counts.take("prompt_tokens", 11);
    counts.take("completion_tokens", 9);

    assertThat(counts.ofInterrupted(40, 3)).isEqualTo(new UsageRecord.Tokens(11, 0, 9, false));
  }
}
