package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TimetableTest {
  @Test
  void theFirstIsAlwaysTheEarliestAndOfEqualsTheLowest() {
    long seed = Long.getLong("archipel.seed", 42);
    SplittableRandom random = new SplittableRandom(seed);
    Timetable timetable = new Timetable(17);
    long[] times = new long[17];
    Arrays.fill(times, Timetable.NEVER);
    for (int i = 0; i < 20_000; i++) {
      int source = random.nextInt(17);
      times[source] = random.nextInt(5) == 0 ? Timetable.NEVER : random.nextInt(30);
      timetable.set(source, times[source]);
      int first = 0;
      for (int s = 1; s < times.length; s++) {
        first = times[s] < times[first] ? s : first;
      }
      if (times[first] != Timetable.NEVER) {
        assertThat(timetable.first()).as("seed %d, step %d", seed, i).isEqualTo(first);
      }
      assertThat(timetable.time(source)).isEqualTo(times[source]);
    }
  }
}
