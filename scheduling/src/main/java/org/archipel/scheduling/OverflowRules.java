package org.archipel.scheduling;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * When a demand that waits goes to another site (scheduling.md §5.4). Times are nanoseconds.
 *
 * @param afterNanos by class, the wait to be expected here from which on others are asked (S_c);
 *     over 0. Demands of {@link ServiceClass#BATCH} go only where nobody waits
 * @param leastGainNanos what must be gained at least; at least 0
 * @param leastGainShare the same as a share of the wait here; 0 to 1
 * @param ttlNanos how old an offer may be; over 0
 * @param dampingNanos how long a site that refused is left alone; at least 0
 * @param throttle demands that are sent to a site that refuses, for each that it took; over 1
 * @param secondsPerOwedMillion by how much a site is put behind others for each million
 *     micro-currency that is owed to it; at least 0
 */
public record OverflowRules(
    Map<ServiceClass, Long> afterNanos,
    long leastGainNanos,
    double leastGainShare,
    long ttlNanos,
    long dampingNanos,
    double throttle,
    double secondsPerOwedMillion) {

  /** scheduling.md §5.4. */
  public static final OverflowRules DEFAULTS =
      new OverflowRules(
          Map.of(
              ServiceClass.INTERACTIVE, seconds(2),
              ServiceClass.STANDARD, seconds(15),
              ServiceClass.BATCH, seconds(60)),
          seconds(1) / 2,
          0.25,
          seconds(5),
          seconds(5),
          1.5,
          0);

  public OverflowRules {
    afterNanos = Map.copyOf(afterNanos);
    for (ServiceClass serviceClass : ServiceClass.values()) {
      Long after = afterNanos.get(serviceClass);
      Checks.positive("overflow_after", after == null ? -1 : (double) after);
    }
    Checks.notNegative("least_gain", (double) leastGainNanos);
    Checks.notNegative("least_gain_share", leastGainShare);
    Checks.positive("ttl", (double) ttlNanos);
    Checks.notNegative("damping", (double) dampingNanos);
    Checks.positive("throttle", throttle);
    Checks.notNegative("seconds_per_owed_million", secondsPerOwedMillion);
  }

  /** The wait to be expected here from which on demands of a class ask others, in seconds. */
  double after(ServiceClass serviceClass) {
    return afterNanos.getOrDefault(serviceClass, Long.MAX_VALUE) / 1e9;
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
