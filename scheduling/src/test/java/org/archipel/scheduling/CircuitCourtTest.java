package org.archipel.scheduling;

import static org.archipel.scheduling.Scene.LILLE;
import static org.archipel.scheduling.Scene.RENNES;
import static org.archipel.scheduling.ServiceClass.BATCH;
import static org.archipel.scheduling.ServiceClass.INTERACTIVE;
import static org.archipel.scheduling.ServiceClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Owners of engines go first, and others use what is left. */
class CircuitCourtTest {
  private final Scene scene = new Scene(Scene.plain());

  @Test
  void ownerGoesBeforeOthersWhoCameFirst() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    scene.submit("guest", LILLE, INTERACTIVE).pass(1);
    scene.submit("owner", RENNES, BATCH).end("running");
    assertThat(scene.started()).containsExactly("owner@a");
  }

  @Test
  void othersRunOnlyUpToTheCeilingWhileTheOwnerIsThere() {
    scene.engine("a", RENNES, 10).submit("active", RENNES).end("active");
    for (int i = 0; i < 10; i++) {
      scene.submit("guest " + i, LILLE);
    }
    assertThat(scene.running()).as("0.85 of 10, checked before the start").hasSize(9);
    scene.submit("owner", RENNES);
    assertThat(scene.running()).contains("owner");
  }

  @Test
  void whatAnAbsentOwnerHasIsUsedWhole() {
    scene.engine("a", RENNES, 10).submit("active", RENNES).end("active").pass(600);
    for (int i = 0; i < 12; i++) {
      scene.submit("guest " + i, LILLE, BATCH);
    }
    assertThat(scene.running()).hasSize(10);
    scene.submit("owner", RENNES).end("guest 0");
    assertThat(scene.running()).as("back, and first").contains("owner");
  }

  @Test
  void batchOfOthersStopsAtALowerCeiling() {
    scene.engine("a", RENNES, 10).submit("active", RENNES).end("active");
    for (int i = 0; i < 10; i++) {
      scene.submit("batch " + i, LILLE, BATCH);
    }
    assertThat(scene.running()).hasSize(7);
    scene.submit("chat", LILLE, INTERACTIVE);
    assertThat(scene.running()).contains("chat");
  }

  @Test
  void ownDemandPrefersItsOwnEngine() {
    scene.engine("lille", LILLE, 4).engine("rennes", RENNES, 4);
    scene.submit("one", RENNES).submit("two", RENNES).submit("three", LILLE);
    assertThat(scene.started()).containsExactly("one@rennes", "two@rennes", "three@lille");
  }

  @Test
  void localOnlyDemandRunsOnlyOnEnginesOfItsOrganization() {
    scene.engine("lille", LILLE, 1);
    Demand local = scene.routed(RENNES, RoutingMode.LOCAL_ONLY);
    scene.submit("local", local);
    assertThat(scene.refused()).containsExactly("local NO_ENGINE");
    scene.engine("rennes", RENNES, 1).submit("local", local);
    assertThat(scene.started()).containsExactly("local@rennes");
  }

  @Test
  void localFirstDemandLeavesOnlyAfterItsPatience() {
    scene.engine("lille", LILLE, 4).engine("rennes", RENNES, 1).submit("running", RENNES);
    scene.started();
    scene.submit("patient", scene.routed(RENNES, RoutingMode.LOCAL_FIRST));
    scene.pass(14);
    assertThat(scene.started()).isEmpty();
    scene.pass(2);
    assertThat(scene.started()).containsExactly("patient@lille");
  }

  @Test
  void noExternalDemandStartsWhileTheOwnerWaits() {
    scene.engine("a", RENNES, 4);
    for (int i = 0; i < 8; i++) {
      scene.submit("guest " + i, LILLE, INTERACTIVE).submit("owner " + i, RENNES, BATCH);
    }
    for (int i = 0; i < 12; i++) {
      scene.end(scene.running().iterator().next());
    }
    assertThat(scene.pool().snapshot(scene.now()).counters().localityInversions()).isZero();
  }

  @Test
  void whereTheCeilingOpensGuestsStartAtTheNextTickOnAnyEngineOfTheOwner() {
    scene.engine("a", RENNES, 10).engine("b", RENNES, 10).submit("active", RENNES).end("active");
    for (int i = 0; i < 18; i++) {
      scene.submit("guest " + i, LILLE);
    }
    assertThat(scene.running()).as("0.85 of 20, checked before the start").hasSize(17);
    scene.submit("not a", Scene.demand(LILLE, STANDARD, scene.now()).without("a"));
    scene.tick().started();
    scene.running().stream()
        .filter(ticket -> scene.permit(ticket).engine().equals("a"))
        .limit(3)
        .toList()
        .forEach(scene::end);
    scene.started();
    scene.tick();
    assertThat(scene.running()).contains("not a");
  }
}
