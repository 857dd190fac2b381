package org.archipel.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is due is found, and nothing else, whoever came and left before. */
class CalendarTest {
  private static final long SECOND = Scene.SECOND;
  private static final int EVENTS = 5_000;

  private final SchedulingOptions options = SchedulingOptions.DEFAULTS;
  private final Deadlines deadlines = new Deadlines(options);
  private final Calendar<String> calendar = new Calendar<>(options, deadlines);
  private final WaitingRoom<String> room =
      new WaitingRoom<>(new VirtualTimes(options), new EngineTable(), calendar);
  private long made;

  @Test
  void findsTheLateAndTheAgedAsLookingAtEverybodyWould() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Waiting<String>> all = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < EVENTS; i++) {
      now += random.nextInt(100_000_000);
      if (all.isEmpty() || random.nextInt(3) > 0) {
        Waiting<String> next = waiting(random, now);
        calendar.add(next);
        all.add(next);
      } else {
        calendar.remove(all.remove(random.nextInt(all.size())));
      }
      if (random.nextInt(10) == 0) {
        // The margin of those who do not read along follows what first tokens take.
        deadlines.firstToken(ServiceClass.STANDARD, random.nextInt(20) * SECOND);
      }
      long at = now;
      Set<Waiting<String>> late = new HashSet<>();
      Set<Waiting<String>> aged = new HashSet<>();
      for (Waiting<String> one : all) {
        if (deadlines.dropAt(one) <= at) {
          late.add(one);
        }
        if (one.serviceClass().rank() > 0
            && at - one.submitted() >= options.rules(one.serviceClass()).ageingNanos()) {
          aged.add(one);
        }
      }
      assertThat(calendar.late(at))
          .as("seed %d", seed)
          .doesNotHaveDuplicates()
          .hasSameElementsAs(late);
      assertThat(calendar.aged(at))
          .as("seed %d", seed)
          .doesNotHaveDuplicates()
          .hasSameElementsAs(aged);
      for (Waiting<String> one : calendar.aged(at)) {
        calendar.promote(
            one,
            one.serviceClass() == ServiceClass.BATCH
                ? ServiceClass.STANDARD
                : ServiceClass.INTERACTIVE);
      }
      for (Waiting<String> one : calendar.late(at)) {
        calendar.remove(one);
        all.remove(one);
      }
    }
    assertThat(calendar.late(Long.MAX_VALUE / 2)).as("seed %d", seed).hasSameElementsAs(all);
  }

  @Test
  void theEarliestDeadlineIsDroppedFirst() {
    Waiting<String> later = waiting(ServiceClass.INTERACTIVE, 3 * SECOND);
    Waiting<String> first = waiting(ServiceClass.STANDARD, -50 * SECOND);
    Waiting<String> second = waiting(ServiceClass.INTERACTIVE, 2 * SECOND);
    List.of(later, first, second).forEach(calendar::add);
    assertThat(calendar.late(20 * SECOND)).containsExactly(first, second, later);
  }

  private Waiting<String> waiting(Random random, long now) {
    ServiceClass[] classes = ServiceClass.values();
    return waiting(classes[random.nextInt(classes.length)], now - random.nextInt(30) * SECOND);
  }

  private Waiting<String> waiting(ServiceClass serviceClass, long submitted) {
    Demand demand = Scene.demand(Scene.LILLE, serviceClass, submitted);
    return new Waiting<>(
        demand,
        "ticket " + made,
        room.project(demand.flow(), false),
        made++,
        new Waiting.Sizing(deadlines.due(demand), 100, 100, 500),
        submitted);
  }
}
