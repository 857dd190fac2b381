package org.archipel.scheduling;

import static org.archipel.scheduling.Scene.RENNES;
import static org.archipel.scheduling.ServiceClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** A demand that wants labels runs where they are, and nowhere else. */
class LabelsTest {
  private final Scene scene = new Scene(Scene.plain());

  private static EngineProfile engine(String id, int limit, String... labels) {
    return new EngineProfile(
        id, RENNES, EngineCapacity.of(limit), EngineSpeed.UNKNOWN, Set.of(labels));
  }

  private Demand wanting(String... labels) {
    return Scene.demand(RENNES, STANDARD, scene.now())
        .reaching(new Reach(false, Set.of(labels), Set.of()));
  }

  @Test
  void itWaitsForTheEngineThatHasThemAndHoldsNobodyBack() {
    scene.engine(engine("plain", 4)).engine(engine("hds", 1, "hds", "fr"));
    scene.submit("first", wanting("hds")).submit("second", wanting("fr", "hds"));
    scene.submit("anybody", RENNES);
    assertThat(scene.started()).containsExactly("first@hds", "anybody@plain");
    scene.end("first");
    assertThat(scene.started()).containsExactly("second@hds");
  }

  @Test
  void whereNoEngineHasThemItIsRefused() {
    scene.engine(engine("plain", 4)).engine(engine("hds", 1, "hds"));
    scene.submit("picky", wanting("hds", "secnumcloud"));
    assertThat(scene.refused()).containsExactly("picky NO_ENGINE");
  }

  @Test
  void whatAnEngineIsChangesWhenItComesUpAgain() {
    scene.engine(engine("a", 1, "hds")).submit("running", RENNES).started();
    scene.submit("waiting", wanting("hds"));
    scene.engine(engine("a", 1)).end("running");
    assertThat(scene.started()).as("it has lost the label").isEmpty();
    scene.engine(engine("a", 1, "hds"));
    assertThat(scene.started()).containsExactly("waiting@a");
  }

  @Test
  void anEngineThatComesWhileItWaitsIsNotTakenForOneOfThem() {
    scene.engine(engine("hds", 1, "hds")).submit("running", RENNES).started();
    scene.submit("waiting", wanting("hds")).engine(engine("new", 4));
    assertThat(scene.started()).isEmpty();
    scene.end("running");
    assertThat(scene.started()).containsExactly("waiting@hds");
  }
}
