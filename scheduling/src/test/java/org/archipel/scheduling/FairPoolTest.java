package org.archipel.scheduling;

import static org.archipel.scheduling.Scene.RENNES;
import static org.archipel.scheduling.Scene.SECOND;
import static org.archipel.scheduling.ServiceClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Who starts when, and that every permit is given back once. */
class FairPoolTest {
  private final Scene scene = new Scene(Scene.plain());

  @Test
  void demandStartsAtOnceWhereThereIsRoom() {
    scene.engine("a", RENNES, 1).submit("first", RENNES);
    assertThat(scene.started()).containsExactly("first@a");
  }

  @Test
  void demandsOfOneFlowStartInTheOrderOfTheirFirstSubmission() {
    scene.engine("a", RENNES, 1).submit("running", RENNES).pass(1).started();
    long first = scene.now();
    scene.submit("later", Scene.demand(RENNES, STANDARD, first + 5));
    scene.submit("earlier, back from a failed attempt", Scene.demand(RENNES, STANDARD, first + 3));
    scene.end("running");
    assertThat(scene.started()).containsExactly("earlier, back from a failed attempt@a");
  }

  @Test
  void earliestDeadlineGoesFirstWhenOneIsGiven() {
    scene.engine("a", RENNES, 1).submit("running", RENNES).started();
    scene.submit("patient", RENNES);
    scene.submit("urgent", scene.due(RENNES, scene.now() + 20 * SECOND));
    scene.end("running");
    assertThat(scene.started()).containsExactly("urgent@a");
  }

  @Test
  void withoutAnyEngineNewDemandsAreRefusedButWaitingOnesWaitOn() {
    scene.submit("early", RENNES);
    assertThat(scene.refused()).containsExactly("early NO_ENGINE");
    scene.engine("a", RENNES, 1).submit("running", RENNES).submit("waiting", RENNES).started();
    scene.down("a").end("running", Completion.of(Outcome.FAILED));
    scene.submit("late", RENNES);
    assertThat(scene.refused()).containsExactly("late NO_ENGINE");
    scene.engine("a", RENNES, 1);
    assertThat(scene.started()).containsExactly("waiting@a");
  }

  @Test
  void demandThatMayNotUseTheFreeEngineDoesNotHoldOthersBack() {
    scene.engine("a", RENNES, 1).engine("b", RENNES, 1);
    scene.submit("one", RENNES).submit("two", RENNES);
    String onB = scene.permit("one").engine().equals("b") ? "one" : "two";
    scene.started();
    scene.submit("not b", Scene.demand(RENNES, STANDARD, scene.now()).without("b"));
    scene.submit("anywhere", RENNES).end(onB);
    assertThat(scene.started()).containsExactly("anywhere@b");
  }

  @Test
  void demandThatAllEnginesFailedIsRefused() {
    scene.engine("a", RENNES, 1);
    scene.submit("unlucky", Scene.demand(RENNES, STANDARD, 0).without("a"));
    assertThat(scene.refused()).containsExactly("unlucky NO_ENGINE");
  }

  @Test
  void permitIsGivenBackOnlyOnce() {
    scene.engine("a", RENNES, 1).submit("first", RENNES);
    Permit permit = scene.permit("first");
    scene.end("first");
    assertThat(scene.pool().complete(permit, Completion.of(Outcome.CANCELLED), 3)).isEmpty();
    assertThat(scene.pool().running()).isZero();
    scene.submit("second", RENNES).started();
    scene.submit("third", RENNES);
    assertThat(scene.started()).as("the limit still holds").isEmpty();
  }

  @Test
  void permitOfAnotherPoolIsRefused() {
    Scene other = new Scene(Scene.plain());
    other.engine("a", RENNES, 1).submit("first", RENNES);
    Permit foreign = other.permit("first");
    scene.engine("a", RENNES, 1);
    assertThatThrownBy(() -> scene.pool().complete(foreign, Completion.of(Outcome.COMPLETED), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
