package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.List;

/**
 * When those who wait are dropped, and when they are treated as one of the next higher class. Looks
 * only at those whose time has come. Not thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Calendar<T> {
  private static final ServiceClass[] CLASSES = ServiceClass.values();

  private final SchedulingOptions options;
  private final Deadlines deadlines;
  private final List<Agenda<T>> drops = new ArrayList<>();
  private final List<Agenda<T>> ageings = new ArrayList<>();

  Calendar(SchedulingOptions options, Deadlines deadlines) {
    this.options = options;
    this.deadlines = deadlines;
    for (ServiceClass _ : CLASSES) {
      drops.add(new Agenda<>(Agenda.Kind.DROP));
      ageings.add(new Agenda<>(Agenda.Kind.AGEING));
    }
  }

  void add(Waiting<T> waiting) {
    drops.get(asked(waiting)).add(waiting, deadlines.lateFrom(waiting));
    ages(waiting);
  }

  void remove(Waiting<T> waiting) {
    drops.get(asked(waiting)).remove(waiting);
    ageings.get(waiting.serviceClass().rank()).remove(waiting);
  }

  /** It changes its class. */
  void promote(Waiting<T> waiting, ServiceClass higher) {
    ageings.get(waiting.serviceClass().rank()).remove(waiting);
    waiting.promote(higher);
    ages(waiting);
  }

  private void ages(Waiting<T> waiting) {
    ServiceClass now = waiting.serviceClass();
    if (now.rank() > 0) {
      ageings.get(now.rank()).add(waiting, waiting.submitted() + options.rules(now).ageingNanos());
    }
  }

  /** Those who can no longer be served in time, the earliest first. */
  List<Waiting<T>> late(long now) {
    List<Waiting<T>> late = new ArrayList<>();
    for (ServiceClass asked : CLASSES) {
      drops.get(asked.rank()).until(now + deadlines.ahead(asked), late);
    }
    late.removeIf(waiting -> deadlines.dropAt(waiting) > now);
    late.sort(Waiting.BY_DUE);
    return late;
  }

  /** Those who waited so long that they count as one of the next higher class, the oldest first. */
  List<Waiting<T>> aged(long now) {
    List<Waiting<T>> aged = new ArrayList<>();
    for (Agenda<T> ageing : ageings) {
      ageing.until(now, aged);
    }
    aged.sort(Waiting.BY_DUE);
    return aged;
  }

  private static int asked(Waiting<?> waiting) {
    return waiting.demand().flow().serviceClass().rank();
  }
}
