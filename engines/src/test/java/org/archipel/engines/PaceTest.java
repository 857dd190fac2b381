package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace(RegistryOptions.DEFAULTS, new SplittableRandom(7));

  @Test
  void pausesOfADownEngineDoubleUpToTheirMost() {
    for (int seconds : new int[] {1, 2, 4, 8, 15, 15, 15}) {
      assertWithin(pace.whenDown(), seconds);
    }
  }

  @Test
  void onlyAnEngineThatStayedUpStartsAnew() {
    pace.whenDown();
    pace.whenDown();
    pace.whenUp();
    assertWithin(pace.whenDown(), 4);
    pace.settled();
    assertWithin(pace.whenDown(), 1);
  }

  @Test
  void upEngineIsAskedAtItsInterval() {
    assertWithin(pace.whenUp(), 10);
    assertWithin(pace.toConfirm(), 1);
  }

  private static void assertWithin(Duration pause, int seconds) {
    assertThat(pause).isBetween(Duration.ofMillis(800L * seconds), Duration.ofSeconds(seconds));
  }
}
