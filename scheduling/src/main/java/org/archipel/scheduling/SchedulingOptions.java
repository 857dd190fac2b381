package org.archipel.scheduling;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The policy's adjustable part. What no operator needs is a named constant where it is used.
 *
 * @param classes the rules of every class
 * @param cost what tokens cost
 * @param queue how many demands may wait
 * @param interTokenSeconds the time between two tokens that callers of {@link
 *     ServiceClass#INTERACTIVE} should not have to wait longer than; over 0
 * @param features the parts of the policy that are in force
 * @param seed of the choice between engines that are equally good
 */
public record SchedulingOptions(
    Map<ServiceClass, ClassRules> classes,
    CostWeights cost,
    QueueLimits queue,
    double interTokenSeconds,
    Set<Feature> features,
    long seed) {

  /** A reader follows about five words a second; slower than that is felt (scheduling.md §8). */
  public static final double INTER_TOKEN_SECONDS = 0.15;

  /** The defaults of scheduling.md §5. */
  public static final SchedulingOptions DEFAULTS =
      new SchedulingOptions(
          defaultClasses(),
          CostWeights.DEFAULTS,
          QueueLimits.DEFAULTS,
          INTER_TOKEN_SECONDS,
          EnumSet.allOf(Feature.class),
          1);

  public SchedulingOptions {
    for (ServiceClass serviceClass : ServiceClass.values()) {
      if (!classes.containsKey(serviceClass)) {
        throw new IllegalArgumentException("classes: no rules for " + serviceClass);
      }
    }
    Checks.positive("inter_token", interTokenSeconds);
    classes = Map.copyOf(classes);
    features = Set.copyOf(features);
  }

  /** The same without a part of the policy. */
  public SchedulingOptions without(Feature feature) {
    Set<Feature> rest = EnumSet.noneOf(Feature.class);
    rest.addAll(features);
    rest.remove(feature);
    return new SchedulingOptions(classes, cost, queue, interTokenSeconds, rest, seed);
  }

  public SchedulingOptions withQueue(QueueLimits changed) {
    return new SchedulingOptions(classes, cost, changed, interTokenSeconds, features, seed);
  }

  public SchedulingOptions withSeed(long changed) {
    return new SchedulingOptions(classes, cost, queue, interTokenSeconds, features, changed);
  }

  /** The same with other rules for a class. */
  public SchedulingOptions with(ServiceClass serviceClass, ClassRules rules) {
    Map<ServiceClass, ClassRules> changed = new EnumMap<>(classes);
    changed.put(serviceClass, rules);
    return new SchedulingOptions(changed, cost, queue, interTokenSeconds, features, seed);
  }

  ClassRules rules(ServiceClass serviceClass) {
    ClassRules rules = classes.get(serviceClass);
    if (rules == null) {
      throw new IllegalStateException("no rules for " + serviceClass);
    }
    return rules;
  }

  boolean has(Feature feature) {
    return features.contains(feature);
  }

  private static Map<ServiceClass, ClassRules> defaultClasses() {
    Map<ServiceClass, ClassRules> rules = new EnumMap<>(ServiceClass.class);
    for (ServiceClass serviceClass : ServiceClass.values()) {
      rules.put(serviceClass, ClassRules.of(serviceClass));
    }
    return rules;
  }
}
