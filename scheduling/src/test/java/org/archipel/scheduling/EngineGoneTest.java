package org.archipel.scheduling;

import static org.archipel.scheduling.Scene.LILLE;
import static org.archipel.scheduling.Scene.RENNES;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** Engines that an operator takes away from a pool, for good. */
class EngineGoneTest {
  private final Scene scene = new Scene(Scene.plain());

  private static Demand localOnly(String organization) {
    return new Demand(
        new Flow(organization, "chat", ServiceClass.STANDARD),
        new TokenEstimate(100, 100),
        Prefix.NONE,
        RoutingMode.LOCAL_ONLY,
        Patience.from(0),
        Set.of());
  }

  private PoolSnapshot snapshot() {
    return scene.pool().snapshot(scene.now());
  }

  @Test
  void runGoesOnWhenItsEngineIsGone() {
    scene.engine("a", RENNES, 1).submit("one", RENNES).gone("a");

    assertThat(scene.running()).containsExactly("one");
    assertThat(scene.pool().running()).isOne();
    assertThat(snapshot().engines()).hasSize(1);

    scene.end("one");

    assertThat(scene.pool().running()).isZero();
    assertThat(snapshot().engines()).isEmpty();
  }

  @Test
  void nothingStartsOnAnEngineThatIsGone() {
    scene.engine("a", RENNES, 4).engine("b", RENNES, 4).gone("a");

    scene.submit("one", RENNES).submit("two", RENNES).submit("three", RENNES);

    assertThat(scene.started()).containsExactly("one@b", "two@b", "three@b");
  }

  @Test
  void thoseWhoWaitAreRefusedOnlyWhenNoEngineIsLeft() {
    scene.engine("a", RENNES, 1).engine("b", RENNES, 1);
    scene.submit("one", RENNES).submit("two", RENNES).submit("three", RENNES);

    scene.gone("a");
    assertThat(scene.refused()).isEmpty();
    scene.down("b");
    assertThat(scene.refused()).as("b may come back").isEmpty();
    scene.gone("b");

    assertThat(scene.refused()).containsExactly("three NO_ENGINE");
    assertThat(scene.pool().waiting()).isZero();
  }

  @Test
  void whoStaysAtHomeIsRefusedWhenOnlyOthersEnginesAreLeft() {
    scene.engine("a", RENNES, 1).engine("b", LILLE, 1);
    scene.submit("one", localOnly(RENNES)).submit("two", localOnly(RENNES));

    scene.gone("a");

    assertThat(scene.refused()).containsExactly("two NO_ENGINE");
  }

  @Test
  void engineThatComesAgainIsAnotherOneAndMayHaveAnotherOwner() {
    scene.engine("a", RENNES, 1).submit("old", RENNES).gone("a").engine("a", LILLE, 1);
    scene.submit("new", localOnly(LILLE));
    scene.started();

    scene.submit("stranger", localOnly(RENNES));
    assertThat(scene.refused()).containsExactly("stranger NO_ENGINE");
    scene.submit("next", localOnly(LILLE)).end("old");
    assertThat(scene.started()).as("the place on the old one is no place on the new").isEmpty();
    scene.end("new");

    assertThat(scene.started()).containsExactly("next@a");
  }

  @Test
  void numbersOfEnginesThatAreGoneAreUsedAgain() {
    for (int i = 0; i < 70_000; i++) {
      scene.engine("e" + i, RENNES, 1).gone("e" + i);
    }
    scene.engine("last", RENNES, 1).submit("one", RENNES);

    assertThat(scene.started()).containsExactly("one@last");
    assertThat(snapshot().engines()).hasSize(1);
  }

  @Test
  void cacheOfAnEngineThatIsGoneIsNotExpectedAtItsSuccessor() {
    long[] blocks = {11, 12, 13, 14};
    Demand demand =
        new Demand(
            new Flow(RENNES, "chat", ServiceClass.STANDARD),
            new TokenEstimate(4 * Prefix.BLOCK_TOKENS, 10),
            new Prefix(blocks, 0),
            RoutingMode.ANY,
            Patience.from(0),
            Set.of());
    scene.engine("a", RENNES, 4).submit("one", demand).end("one");
    scene.submit("two", demand).end("two");
    long before = snapshot().counters().prefixPredictedTokens();
    assertThat(before).isPositive();

    scene.gone("a").engine("a", RENNES, 4).submit("three", demand);

    assertThat(snapshot().counters().prefixPredictedTokens()).isEqualTo(before);
  }

  @Test
  void engineThatIsNotKnownIsGoneAlready() {
    scene.gone("nobody").engine("a", RENNES, 1).submit("one", RENNES);

    assertThat(scene.started()).containsExactly("one@a");
  }
}
