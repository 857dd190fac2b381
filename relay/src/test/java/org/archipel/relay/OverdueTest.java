package org.archipel.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Time moved by hand: default timeouts, moments in seconds. */
final class OverdueTest {
  private static final boolean READS = true;
  private static final boolean TERMINAL = true;
  private static final boolean PINGABLE = true;

  private static Overdue of(
      ExchangeState state,
      long waited,
      long silent,
      boolean reads,
      boolean terminal,
      boolean pingable) {
    return Overdue.of(
        new Overdue.Moment(
            state,
            Duration.ofSeconds(waited).toNanos(),
            Duration.ofSeconds(silent).toNanos(),
            reads,
            terminal,
            pingable),
        RelayTimeouts.DEFAULTS);
  }

  @Test
  void theFirstByteHasItsTime() {
    assertThat(of(ExchangeState.SENT, 600, 0, READS, false, false)).isEqualTo(Overdue.NOTHING);
    assertThat(of(ExchangeState.SENT, 601, 0, READS, false, PINGABLE))
        .isEqualTo(Overdue.FIRST_BYTE);
  }

  @Test
  void anEngineIsNotBlamedWhileItsClientDoesNotRead() {
    assertThat(of(ExchangeState.ANSWERING, 121, 0, READS, false, false))
        .isEqualTo(Overdue.NEXT_PIECE);
    assertThat(of(ExchangeState.ANSWERING, 121, 119, !READS, false, false))
        .isEqualTo(Overdue.NOTHING);
    assertThat(of(ExchangeState.ANSWERING, 121, 121, !READS, false, false))
        .isEqualTo(Overdue.CLIENT);
  }

  @Test
  void onlyTheEndOfTheBodyIsDueAfterTheLastEvent() {
    assertThat(of(ExchangeState.ANSWERING, 3, 0, READS, TERMINAL, false))
        .isEqualTo(Overdue.END_OF_BODY);
    assertThat(of(ExchangeState.ANSWERING, 3, 0, READS, !TERMINAL, false))
        .isEqualTo(Overdue.NOTHING);
  }

  @Test
  void theLedgerHasItsTime() {
    assertThat(of(ExchangeState.SETTLING, 10, 0, READS, false, false)).isEqualTo(Overdue.NOTHING);
    assertThat(of(ExchangeState.SETTLING, 11, 0, READS, false, false)).isEqualTo(Overdue.LEDGER);
  }

  @ParameterizedTest
  @EnumSource(
      value = ExchangeState.class,
      names = {"READING", "QUEUED", "CONNECTING", "SENT", "ANSWERING"})
  void aSignOfLifeGoesToThoseWhoReadAndWaitForAStream(ExchangeState state) {
    assertThat(of(state, 1, 9, READS, false, PINGABLE)).isEqualTo(Overdue.SIGN_OF_LIFE);
    assertThat(of(state, 1, 8, READS, false, PINGABLE)).isEqualTo(Overdue.NOTHING);
    assertThat(of(state, 1, 9, !READS, false, PINGABLE)).isEqualTo(Overdue.NOTHING);
    assertThat(of(state, 1, 9, READS, false, !PINGABLE)).isEqualTo(Overdue.NOTHING);
  }
}
