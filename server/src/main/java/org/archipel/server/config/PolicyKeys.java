package org.archipel.server.config;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.archipel.scheduling.ClassRules;
import org.archipel.scheduling.CostWeights;
import org.archipel.scheduling.QueueLimits;
import org.archipel.scheduling.SchedulingOptions;
import org.archipel.scheduling.ServiceClass;

/** The keys of the scheduler's policy, below {@code scheduling}. */
final class PolicyKeys {
  private static final SchedulingOptions DEFAULTS = SchedulingOptions.DEFAULTS;
  private static final int MOST_WAITING = 1_000_000;
  private static final Form<Duration> DEADLINE =
      Forms.duration(Duration.ofMillis(100), Duration.ofDays(7));
  private static final Form<Duration> PATIENCE = Forms.duration(Duration.ZERO, Duration.ofDays(7));

  private PolicyKeys() {}

  static SchedulingOptions read(Section section) {
    Form<Integer> waiting = Forms.integer(0, MOST_WAITING);
    QueueLimits queue =
        new QueueLimits(
            section.find("max_queue", waiting).orElse(DEFAULTS.queue().total()),
            section
                .find("max_queue_per_organization", waiting)
                .orElse(DEFAULTS.queue().perOrganization()));
    double interToken =
        section
            .find("inter_token", Forms.duration(Duration.ofMillis(1), Duration.ofSeconds(10)))
            .map(d -> d.toNanos() / 1e9)
            .orElse(DEFAULTS.interTokenSeconds());
    return new SchedulingOptions(
        classes(section.group("classes")),
        cost(section.group("cost")),
        queue,
        interToken,
        DEFAULTS.features(),
        DEFAULTS.seed());
  }

  private static CostWeights cost(Section section) {
    try (section) {
      Form<Double> weight = Forms.decimal(0, 1_000);
      return new CostWeights(
          section.find("cached", weight).orElse(DEFAULTS.cost().cached()),
          section.find("completion", weight).orElse(DEFAULTS.cost().completion()));
    }
  }

  private static Map<ServiceClass, ClassRules> classes(Section section) {
    try (section) {
      Map<ServiceClass, ClassRules> rules = new EnumMap<>(ServiceClass.class);
      for (ServiceClass serviceClass : ServiceClass.values()) {
        String word = serviceClass.name().toLowerCase(Locale.ROOT);
        rules.put(serviceClass, rules(section.group(word), ClassRules.of(serviceClass)));
      }
      return rules;
    }
  }

  private static ClassRules rules(Section section, ClassRules usual) {
    try (section) {
      return new ClassRules(
          section.find("weight", Forms.decimal(0.001, 1_000_000)).orElse(usual.weight()),
          nanos(section, "deadline", DEADLINE, usual.deadlineNanos()),
          nanos(section, "ageing", DEADLINE, usual.ageingNanos()),
          section.find("external_ceiling", Forms.decimal(0.01, 1)).orElse(usual.externalCeiling()),
          nanos(section, "local_patience", PATIENCE, usual.localPatienceNanos()),
          nanos(section, "affinity_patience", PATIENCE, usual.affinityPatienceNanos()));
    }
  }

  private static long nanos(Section section, String key, Form<Duration> form, long usual) {
    return section.find(key, form).map(Duration::toNanos).orElse(usual);
  }
}
