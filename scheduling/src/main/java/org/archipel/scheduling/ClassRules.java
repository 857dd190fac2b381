package org.archipel.scheduling;

import java.util.concurrent.TimeUnit;

/**
 * How demands of one class are treated. Times are nanoseconds.
 *
 * @param weight its part of the service where classes compete, over 0
 * @param deadlineNanos from submission until the first token is useless, over 0
 * @param ageingNanos a demand that is older is treated as one of the next higher class, over 0
 * @param externalCeiling saturation of an owner's engines up to which others' demands are started
 *     there, over 0 to 1
 * @param localPatienceNanos how long a {@link RoutingMode#LOCAL_FIRST} demand waits for its own
 *     engines before it goes elsewhere, at least 0; {@link Long#MAX_VALUE} for ever
 * @param affinityPatienceNanos how much longer an engine with a warm cache may take, at least 0
 */
public record ClassRules(
    double weight,
    long deadlineNanos,
    long ageingNanos,
    double externalCeiling,
    long localPatienceNanos,
    long affinityPatienceNanos) {

  // Weights, ageing, ceilings, deadlines: scheduling.md §5.1; patience for the own engines: the
  // S_c of §5.4; patience for a warm cache: T_max of §5.2.
  static final ClassRules INTERACTIVE =
      new ClassRules(80, seconds(10), seconds(10), 0.85, seconds(2), seconds(1));
  static final ClassRules STANDARD =
      new ClassRules(15, seconds(60), seconds(60), 0.85, seconds(15), seconds(5));
  static final ClassRules BATCH =
      new ClassRules(5, seconds(3600), seconds(1800), 0.70, Long.MAX_VALUE, seconds(18));

  public ClassRules {
    Checks.positive("weight", weight);
    Checks.positive("deadline", (double) deadlineNanos);
    Checks.positive("ageing", (double) ageingNanos);
    Checks.share("external_ceiling", externalCeiling);
    Checks.notNegative("local_patience", (double) localPatienceNanos);
    Checks.notNegative("affinity_patience", (double) affinityPatienceNanos);
  }

  /** The defaults of a class. */
  public static ClassRules of(ServiceClass serviceClass) {
    return switch (serviceClass) {
      case INTERACTIVE -> INTERACTIVE;
      case STANDARD -> STANDARD;
      case BATCH -> BATCH;
    };
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
