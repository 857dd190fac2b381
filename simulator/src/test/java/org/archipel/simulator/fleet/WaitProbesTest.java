package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class WaitProbesTest {
  private static final long SECOND = 1_000_000_000L;

  private final WaitProbes probes = new WaitProbes(3);
  private final OpenArrivals arrivals = new OpenArrivals(Small.scenario(""), 2, new Seeds(1));

  private Ticket waiting() {
    Ticket ticket = arrivals.take();
    ticket.state = Ticket.State.WAITING;
    probes.waits(ticket);
    return ticket;
  }

  private void starts(Ticket ticket, long now) {
    ticket.state = Ticket.State.STARTED;
    probes.left(ticket, now);
  }

  @Test
  void adviceIsComparedWithTheTimeUntilAllThatWaitedIsGone() {
    Ticket first = waiting();
    Ticket second = waiting();
    probes.advised(arrivals.take(), 9 * SECOND, 0);
    probes.advised(arrivals.take(), 14 * SECOND, 0);
    waiting();
    // Newest first: the order of starting does not matter.
    starts(second, 5 * SECOND);
    assertThat(probes.known()).isZero();
    starts(first, 10 * SECOND);
    assertThat(probes.known()).isEqualTo(2);
    assertThat(probes.rightShare()).isEqualTo(0.5);
  }

  @Test
  void whereNothingWaitsTheTruthIsNoWaitAndSmallErrorsAreCountedApart() {
    List.of(0L, SECOND / 2, SECOND).forEach(a -> probes.advised(arrivals.take(), a, 0));
    assertThat(probes.known()).isEqualTo(3);
    assertThat(probes.rightShare()).isEqualTo(1 / 3.0);
    assertThat(probes.closeShare()).isEqualTo(2 / 3.0);
  }
}
