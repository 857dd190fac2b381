package org.archipel.scheduling;

import static org.archipel.scheduling.Scene.RENNES;
import static org.archipel.scheduling.ServiceClass.INTERACTIVE;
import static org.archipel.scheduling.ServiceClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** On which engine a demand is started, and which are left alone. */
class EnginesOfAPoolTest {
  private final Scene scene = new Scene(Scene.plain());

  @Test
  void promptThatAnEngineCannotReadInTimeGoesElsewhere() {
    scene.engine(new EngineProfile("cpu", RENNES, EngineCapacity.of(4), speed(150)));
    scene.engine(new EngineProfile("gpu", RENNES, EngineCapacity.of(1), speed(15_000)));
    scene
        .submit("one", scene.sized(INTERACTIVE, 4_000))
        .submit("two", scene.sized(INTERACTIVE, 4_000));
    assertThat(scene.started()).as("4,000 tokens take the CPU 27 s").containsExactly("one@gpu");
    scene.submit("short", scene.sized(INTERACTIVE, 100));
    assertThat(scene.started()).containsExactly("short@cpu");
  }

  @Test
  void promptThatNoEngineCanReadInTimeStillRuns() {
    scene.engine(new EngineProfile("cpu", RENNES, EngineCapacity.of(4), speed(150)));
    scene.submit("long", scene.sized(INTERACTIVE, 100_000));
    assertThat(scene.started()).containsExactly("long@cpu");
  }

  @Test
  void conversationReturnsToTheEngineThatKnowsIt() {
    for (int i = 0; i < 8; i++) {
      scene.engine("e" + i, RENNES, 8);
    }
    long[] chain = {11, 22, 33, 44, 55, 66, 77, 88, 99, 110};
    scene.submit("first", scene.prefixed(chain, 640));
    String engine = scene.permit("first").engine();
    scene.end("first").started();
    for (int i = 0; i < 20; i++) {
      scene.submit("other " + i, RENNES);
    }
    scene.started();
    scene.submit("second", scene.prefixed(chain, 700));
    assertThat(scene.started()).containsExactly("second@" + engine);
  }

  @Test
  void longDemandIsNotPassedByForEver() {
    EngineCapacity small = new EngineCapacity(8, 10_000, false);
    scene.engine(new EngineProfile("a", RENNES, small, EngineSpeed.UNKNOWN));
    for (int i = 0; i < 8; i++) {
      scene.submit("s" + i, scene.sized(STANDARD, 900));
    }
    scene.submit("long", scene.sized(STANDARD, 7_000));
    int ended = 0;
    for (int i = 8; !scene.running().contains("long"); i++) {
      assertThat(ended++).as("small ones that went by").isLessThan(40);
      scene.submit("s" + i, scene.sized(STANDARD, 900));
      scene.end(scene.running().stream().min(EnginesOfAPoolTest::byNumber).orElseThrow());
    }
    assertThat(ended).isGreaterThan(8);
  }

  @Test
  void failingEngineIsLeftAloneAndTriedAgain() {
    scene.engine("bad", RENNES, 8).engine("good", RENNES, 8);
    for (int i = 0; i < 60; i++) {
      scene.submit("d" + i, RENNES);
      boolean bad = scene.permit("d" + i).engine().equals("bad");
      scene.end("d" + i, Completion.of(bad ? Outcome.FAILED : Outcome.COMPLETED));
    }
    assertThat(scene.started().stream().filter(s -> s.endsWith("bad")).count()).isEqualTo(5);
    assertThat(scene.state("bad")).isEqualTo(EngineSnapshot.State.BREAKER_OPEN);
    scene.pass(11);
    for (int i = 60; i < 120; i++) {
      scene.submit("d" + i, RENNES).end("d" + i);
    }
    assertThat(scene.started()).anyMatch(s -> s.endsWith("bad"));
    assertThat(scene.state("bad")).isEqualTo(EngineSnapshot.State.UP);
  }

  @Test
  void engineThatPushesBackIsNotTakenForDead() {
    Scene adaptive = new Scene(SchedulingOptions.DEFAULTS);
    adaptive.engine("a", RENNES, 16);
    for (int i = 0; i < 40; i++) {
      adaptive.pass(1.1).submit("d" + i, RENNES);
      adaptive.end("d" + i, Completion.of(Outcome.PUSHED_BACK));
    }
    EngineSnapshot engine = adaptive.pool().snapshot(adaptive.now()).engines().getFirst();
    assertThat(engine.state()).isEqualTo(EngineSnapshot.State.UP);
    assertThat(engine.limit()).isEqualTo(1);
    assertThat(adaptive.pool().snapshot(adaptive.now()).counters().pushbacks()).isEqualTo(40);
  }

  private static int byNumber(String one, String other) {
    return Integer.compare(
        Integer.parseInt(one.substring(1)), Integer.parseInt(other.substring(1)));
  }

  private static EngineSpeed speed(double prefill) {
    return new EngineSpeed(prefill, 0.02, 0.0005);
  }
}
