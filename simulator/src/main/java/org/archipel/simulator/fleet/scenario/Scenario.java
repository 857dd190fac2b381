package org.archipel.simulator.fleet.scenario;

import java.util.List;

/**
 * A fleet, those who use it, and for how long: all that a simulation needs but a policy and a seed.
 *
 * @param period when it begins and ends
 * @param objective what counts as served well
 * @param engines the fleet
 * @param organizations who asks, at least one
 * @param load how much they ask for
 * @param reports what the pool hears of the engines
 */
public record Scenario(
    Period period,
    Objective objective,
    List<EngineSpec> engines,
    List<OrganizationSpec> organizations,
    Load load,
    LoadReports reports) {

  public Scenario {
    engines = List.copyOf(engines);
    organizations = List.copyOf(organizations);
  }

  /** Requests a second of an organization, before floods, bursts and the day. */
  public double rate(OrganizationSpec organization) {
    if (organization.demand().ownRate().isPresent()) {
      return organization.demand().ownRate().getAsDouble();
    }
    double shares = 0;
    for (OrganizationSpec other : organizations) {
      shares += other.demand().ownRate().isPresent() ? 0 : other.demand().share();
    }
    return shares > 0 ? load.ratePerSecond() * organization.demand().share() / shares : 0;
  }

  /**
   * Times in nanoseconds of virtual time.
   *
   * @param durationNanos requests arrive that long
   * @param measureFromNanos requests that arrive earlier are not counted: the fleet warms up
   * @param measureToNanos nor those that arrive later
   * @param drainNanos how long after the last arrival the simulation goes on at most
   */
  public record Period(
      long durationNanos, long measureFromNanos, long measureToNanos, long drainNanos) {
    static Period read(Keys root) {
      long duration = root.nanos("duration", 1, java.util.OptionalDouble.empty());
      try (Keys measure = root.group("measure")) {
        long from = measure.nanos("from", 0, duration / 1e10);
        long to = Math.min(duration, measure.nanos("to", 0, duration / 1e9));
        if (to <= from) {
          measure.report("to", "not after from (expected: a later time, within the duration)");
        }
        return new Period(duration, from, to, root.nanos("drain", 0, 600));
      }
    }
  }

  /**
   * What callers want. A request counts for goodput when both hold.
   *
   * @param ttftNanos at most to the first token
   * @param itlNanos at most between tokens, on average over the answer
   */
  public record Objective(long ttftNanos, long itlNanos) {
    static Objective read(Keys group) {
      try (group) {
        return new Objective(group.nanos("ttft", 0.001, 3), group.nanos("itl", 0.001, 0.150));
      }
    }
  }
}
