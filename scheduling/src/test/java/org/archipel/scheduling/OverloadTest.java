package org.archipel.scheduling;

import static org.archipel.scheduling.Scene.LILLE;
import static org.archipel.scheduling.Scene.REIMS;
import static org.archipel.scheduling.Scene.RENNES;
import static org.archipel.scheduling.ServiceClass.INTERACTIVE;
import static org.archipel.scheduling.ServiceClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is refused, and when. */
class OverloadTest {
  private final Scene scene = new Scene(Scene.plain());

  @Test
  void fullQueueRefuses() {
    Scene small = new Scene(Scene.plain().withQueue(new QueueLimits(3, 2)));
    small.engine("a", RENNES, 1).submit("running", LILLE);
    small.submit("1", LILLE).submit("2", LILLE).submit("3", LILLE).submit("4", REIMS);
    small.submit("5", REIMS);
    assertThat(small.refused()).containsExactly("3 QUEUE_FULL", "5 QUEUE_FULL");
  }

  @Test
  void thresholdOfAKeyBoundsItsFlow() {
    scene.engine("a", RENNES, 1).submit("running", LILLE);
    Demand base = Scene.demand(LILLE, STANDARD, scene.now());
    Demand impatient =
        new Demand(
            base.flow(),
            base.tokens(),
            base.prefix(),
            base.routing(),
            new Patience(0, Patience.CLASS_DEADLINE, 1),
            Set.of());
    scene.submit("first", impatient).submit("second", impatient);
    assertThat(scene.refused()).containsExactly("second QUEUE_FULL");
  }

  @Test
  void interactiveDemandIsDroppedAtHalfItsDeadline() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).submit("chat", LILLE, INTERACTIVE);
    scene.pass(4.9);
    assertThat(scene.refused()).isEmpty();
    scene.pass(0.2);
    assertThat(scene.refused()).containsExactly("chat DEADLINE_PASSED");
  }

  @Test
  void withoutMarginItIsDroppedAtTheDeadline() {
    Scene late = new Scene(Scene.plain().without(Feature.DROP_WITH_MARGIN));
    late.engine("a", RENNES, 1).submit("running", LILLE).submit("chat", LILLE, INTERACTIVE);
    late.pass(9.9);
    assertThat(late.refused()).isEmpty();
    late.pass(0.2);
    assertThat(late.refused()).containsExactly("chat DEADLINE_PASSED");
  }

  @Test
  void growingQueueRefusesWhoWouldWaitForTooLong() {
    Scene door = new Scene(SchedulingOptions.DEFAULTS.without(Feature.ADAPTIVE_LIMITS));
    door.engine("a", RENNES, 1).submit("running", LILLE, INTERACTIVE);
    for (int i = 0; i < 100; i++) {
      door.submit("chat " + i, LILLE, INTERACTIVE);
    }
    assertThat(door.refused()).isNotEmpty().allMatch(r -> r.endsWith("PREDICTED_WAIT"));
    assertThat(door.pool().waiting()).isPositive();
  }
}
