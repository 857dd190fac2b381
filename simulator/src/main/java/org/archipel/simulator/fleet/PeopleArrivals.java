package org.archipel.simulator.fleet;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.archipel.simulator.fleet.scenario.OrganizationSpec;
import org.archipel.simulator.fleet.scenario.Scenario;

/**
 * A fixed number of people, each of whom reads the answer and thinks before asking again. The only
 * arrivals that depend on how well they are served.
 */
final class PeopleArrivals implements Arrivals {
  private final OrganizationSpec organization;
  private final long endNanos;
  private final Asking asking;
  private final Prompts prompts;
  private final SplittableRandom random;
  // When each person who thinks will ask; NEVER for those who wait for an answer. Kept sorted.
  private final long[] asks;

  PeopleArrivals(Scenario scenario, int index, Seeds seeds) {
    organization = scenario.organizations().get(index);
    endNanos = scenario.period().durationNanos();
    asking = new Asking(index, organization, seeds);
    prompts = new Prompts(organization.requests(), seeds, organization.name());
    random = seeds.stream("arrivals", organization.name());
    asks = new long[organization.demand().users()];
    Arrays.setAll(asks, _ -> thinking());
    Arrays.sort(asks);
  }

  @Override
  public long nextNanos() {
    return asks[0] < endNanos ? asks[0] : Timetable.NEVER;
  }

  @Override
  public Ticket take() {
    long now = asks[0];
    System.arraycopy(asks, 1, asks, 0, asks.length - 1);
    asks[asks.length - 1] = Timetable.NEVER;
    Ticket.Ask ask = prompts.next();
    return asking.ticket(now, ask, Prompts.chain(ask));
  }

  @Override
  public void over(long now) {
    long next = now + thinking();
    // The last place belongs to one of those who waited for an answer.
    int place = asks.length - 1;
    while (place > 0 && asks[place - 1] > next) {
      asks[place] = asks[place - 1];
      place--;
    }
    asks[place] = next;
  }

  private long thinking() {
    double mean = organization.demand().thinkNanos();
    return (long) (-Math.log(1 - random.nextDouble()) * mean);
  }
}
