package org.archipel.simulator.fleet;

import java.util.SplittableRandom;
import org.archipel.simulator.fleet.scenario.Flood;
import org.archipel.simulator.fleet.scenario.Load;
import org.archipel.simulator.fleet.scenario.OrganizationSpec;
import org.archipel.simulator.fleet.scenario.Scenario;

/**
 * Independent arrivals at a rate that changes with the day, bursts and floods: a Poisson process at
 * the highest rate, thinned to the present one.
 */
final class OpenArrivals implements Arrivals {
  private final OrganizationSpec organization;
  private final Load load;
  private final long endNanos;
  private final Asking asking;
  private final Prompts prompts;
  private final SplittableRandom random;
  private final long burstPhase;
  private final double rate;
  private final double highest;
  private long next;

  OpenArrivals(Scenario scenario, int index, Seeds seeds) {
    organization = scenario.organizations().get(index);
    load = scenario.load();
    endNanos = scenario.period().durationNanos();
    asking = new Asking(index, organization, seeds);
    prompts = new Prompts(organization.requests(), seeds, organization.name());
    random = seeds.stream("arrivals", organization.name());
    burstPhase = random.nextLong(load.bursts().everyNanos());
    rate = scenario.rate(organization);
    double floods = 1;
    for (Flood flood : organization.demand().floods()) {
      floods *= Math.max(1, flood.factor());
    }
    highest =
        rate * floods * Math.max(1, load.bursts().factor()) * (1 + load.diurnal().amplitude());
    advance();
  }

  @Override
  public long nextNanos() {
    return next;
  }

  @Override
  public Ticket take() {
    long now = next;
    advance();
    Ticket.Ask ask = prompts.next();
    return asking.ticket(now, ask, Prompts.chain(ask));
  }

  private void advance() {
    double at = next;
    do {
      at += highest > 0 ? -Math.log(1 - random.nextDouble()) / highest * 1e9 : endNanos;
      if (at >= endNanos) {
        next = Timetable.NEVER;
        return;
      }
    } while (random.nextDouble() * highest >= rateAt((long) at));
    next = (long) at;
  }

  private double rateAt(long now) {
    double factor = 1;
    for (Flood flood : organization.demand().floods()) {
      if (now >= flood.fromNanos() && now < flood.toNanos()) {
        factor *= flood.factor();
      }
    }
    Load.Bursts bursts = load.bursts();
    if ((now + burstPhase) % bursts.everyNanos() < bursts.lengthNanos()) {
      factor *= bursts.factor();
    }
    double angle = 2 * Math.PI * now / load.diurnal().periodNanos();
    return rate * factor * (1 + load.diurnal().amplitude() * Math.sin(angle));
  }
}
