package org.archipel.scheduling;

import static org.archipel.scheduling.Scene.LILLE;
import static org.archipel.scheduling.Scene.REIMS;
import static org.archipel.scheduling.Scene.RENNES;
import static org.archipel.scheduling.Scene.SECOND;
import static org.archipel.scheduling.ServiceClass.BATCH;
import static org.archipel.scheduling.ServiceClass.INTERACTIVE;
import static org.archipel.scheduling.ServiceClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FairPoolTest {
  private final Scene scene = new Scene(Scene.plain());

  // ---------------------------------------------------------------- the basics

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
    scene.submit("urgent", demandDue(RENNES, scene.now() + 20 * SECOND));
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

  // ---------------------------------------------------------------- the circuit court

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
    Demand local = routed(RENNES, RoutingMode.LOCAL_ONLY);
    scene.submit("local", local);
    assertThat(scene.refused()).containsExactly("local NO_ENGINE");
    scene.engine("rennes", RENNES, 1).submit("local", local);
    assertThat(scene.started()).containsExactly("local@rennes");
  }

  @Test
  void localFirstDemandLeavesOnlyAfterItsPatience() {
    scene.engine("lille", LILLE, 4).engine("rennes", RENNES, 1).submit("running", RENNES);
    scene.started();
    scene.submit("patient", routed(RENNES, RoutingMode.LOCAL_FIRST));
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

  // ---------------------------------------------------------------- classes

  @Test
  void classesShareByWeightWhenAllWait() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    for (int i = 0; i < 200; i++) {
      scene.submit("i" + i, LILLE, INTERACTIVE);
      scene.submit("s" + i, LILLE, STANDARD);
      scene.submit("b" + i, LILLE, BATCH);
    }
    List<String> order = serveOneByOne("running", 100);
    assertThat(order.stream().filter(t -> t.startsWith("i")).count()).isBetween(78L, 82L);
    assertThat(order.stream().filter(t -> t.startsWith("s")).count()).isBetween(13L, 17L);
    assertThat(order.stream().filter(t -> t.startsWith("b")).count()).isBetween(4L, 6L);
  }

  @Test
  void whoWaitedLongIsTreatedAsTheNextHigherClass() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    scene.submit("old", demandDue(LILLE, BATCH, 7_200 * SECOND));
    scene.pass(1_799);
    assertThat(scene.pool().snapshot(scene.now()).counters().agingPromotions()).isZero();
    scene.pass(2);
    assertThat(scene.pool().snapshot(scene.now()).counters().agingPromotions()).isEqualTo(2);
  }

  // ---------------------------------------------------------------- shares

  @Test
  void organizationsShareByWeight() {
    scene.pool().shares(Map.of(LILLE, new Share(1, 1), REIMS, new Share(2, 1)));
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    scene.pool().shares(Map.of(LILLE, new Share(1, 1), REIMS, new Share(2, 1)));
    for (int i = 0; i < 100; i++) {
      scene.submit("lille " + i, LILLE).submit("reims " + i, REIMS);
      scene.pool().shares(Map.of(LILLE, new Share(1, 1), REIMS, new Share(2, 1)));
    }
    List<String> order = serveOneByOne("running", 90);
    assertThat(order.stream().filter(t -> t.startsWith("reims")).count()).isBetween(59L, 61L);
  }

  @Test
  void projectsOfAnOrganizationShareItsPartEqually() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    for (int i = 0; i < 100; i++) {
      scene.submit("flood " + i, ofProject(LILLE, "flood"));
    }
    for (int i = 0; i < 10; i++) {
      scene.submit("quiet " + i, ofProject(LILLE, "quiet"));
    }
    List<String> order = serveOneByOne("running", 20);
    assertThat(order.stream().filter(t -> t.startsWith("quiet")).count()).isBetween(9L, 10L);
  }

  @Test
  void pastIdlenessIsNotHoarded() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    for (int i = 0; i < 300; i++) {
      scene.submit("lille " + i, LILLE);
    }
    List<String> order = new ArrayList<>(serveOneByOne("running", 100));
    for (int i = 0; i < 100; i++) {
      scene.submit("reims " + i, REIMS);
    }
    String last = order.getLast();
    order = serveOneByOne(last, 20);
    assertThat(order.stream().filter(t -> t.startsWith("reims")).count()).isBetween(9L, 11L);
  }

  @Test
  void usingWhatNobodyWantedCostsNothingLater() {
    scene.engine("a", RENNES, 1);
    for (int i = 0; i < 50; i++) {
      scene.submit("alone " + i, LILLE).end("alone " + i);
    }
    scene.submit("running", LILLE).started();
    for (int i = 0; i < 20; i++) {
      scene.submit("lille " + i, LILLE).submit("reims " + i, REIMS);
    }
    List<String> order = serveOneByOne("running", 20);
    assertThat(order.stream().filter(t -> t.startsWith("lille")).count()).isBetween(9L, 11L);
  }

  @Test
  void longAnswersAreChargedWhileTheyRun() {
    scene.engine("a", RENNES, 2).submit("talker", LILLE).submit("running", REIMS).started();
    scene.pool().firstToken(scene.permit("talker"), scene.now());
    scene.pool().progressed(scene.permit("talker"), 5_000, scene.now());
    for (int i = 0; i < 20; i++) {
      scene.submit("lille " + i, LILLE).submit("reims " + i, REIMS);
    }
    List<String> order = serveOneByOne("running", 20);
    assertThat(order).as("its organization has had its share").allMatch(t -> t.startsWith("reims"));
  }

  @Test
  void cancelledBeforeTheFirstTokenIsRefunded() {
    scene.engine("a", RENNES, 1);
    for (int i = 0; i < 10; i++) {
      scene.submit("running", REIMS);
      scene.submit("gone", LILLE);
      scene.end("running");
      scene.end("gone", Completion.of(Outcome.CANCELLED));
      scene.started();
    }
    scene.submit("running", REIMS).started();
    scene.submit("lille", LILLE).submit("reims", REIMS).end("running");
    assertThat(scene.started()).containsExactly("lille@a");
  }

  // ---------------------------------------------------------------- overload

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

  // ---------------------------------------------------------------- engines

  @Test
  void promptThatAnEngineCannotReadInTimeGoesElsewhere() {
    scene.engine(new EngineProfile("cpu", RENNES, EngineCapacity.of(4), speed(150)));
    scene.engine(new EngineProfile("gpu", RENNES, EngineCapacity.of(1), speed(15_000)));
    scene.submit("one", sized(INTERACTIVE, 4_000)).submit("two", sized(INTERACTIVE, 4_000));
    assertThat(scene.started()).as("4,000 tokens take the CPU 27 s").containsExactly("one@gpu");
    scene.submit("short", sized(INTERACTIVE, 100));
    assertThat(scene.started()).containsExactly("short@cpu");
  }

  @Test
  void promptThatNoEngineCanReadInTimeStillRuns() {
    scene.engine(new EngineProfile("cpu", RENNES, EngineCapacity.of(4), speed(150)));
    scene.submit("long", sized(INTERACTIVE, 100_000));
    assertThat(scene.started()).containsExactly("long@cpu");
  }

  @Test
  void conversationReturnsToTheEngineThatKnowsIt() {
    for (int i = 0; i < 8; i++) {
      scene.engine("e" + i, RENNES, 8);
    }
    long[] chain = {11, 22, 33, 44, 55, 66, 77, 88, 99, 110};
    scene.submit("first", prefixed(chain, 640));
    String engine = scene.permit("first").engine();
    scene.end("first").started();
    for (int i = 0; i < 20; i++) {
      scene.submit("other " + i, RENNES);
    }
    scene.started();
    scene.submit("second", prefixed(chain, 700));
    assertThat(scene.started()).containsExactly("second@" + engine);
  }

  @Test
  void longDemandIsNotPassedByForEver() {
    EngineCapacity small = new EngineCapacity(8, 10_000, false);
    scene.engine(new EngineProfile("a", RENNES, small, EngineSpeed.UNKNOWN));
    for (int i = 0; i < 8; i++) {
      scene.submit("s" + i, sized(STANDARD, 900));
    }
    scene.submit("long", sized(STANDARD, 7_000));
    int ended = 0;
    for (int i = 8; !scene.running().contains("long"); i++) {
      assertThat(ended++).as("small ones that went by").isLessThan(40);
      scene.submit("s" + i, sized(STANDARD, 900));
      scene.end(scene.running().stream().min(FairPoolTest::byNumber).orElseThrow());
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
    assertThat(state("bad")).isEqualTo(EngineSnapshot.State.BREAKER_OPEN);
    scene.pass(11);
    for (int i = 60; i < 120; i++) {
      scene.submit("d" + i, RENNES).end("d" + i);
    }
    assertThat(scene.started()).anyMatch(s -> s.endsWith("bad"));
    assertThat(state("bad")).isEqualTo(EngineSnapshot.State.UP);
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

  // ---------------------------------------------------------------- helpers

  private EngineSnapshot.State state(String engine) {
    return scene.pool().snapshot(scene.now()).engines().stream()
        .filter(e -> e.engine().equals(engine))
        .findFirst()
        .orElseThrow()
        .state();
  }

  /** Ends what runs, one after the other, and returns who followed. */
  private List<String> serveOneByOne(String first, int count) {
    List<String> order = new ArrayList<>();
    String current = first;
    for (int i = 0; i < count; i++) {
      scene.end(current, new Completion(Outcome.COMPLETED, 100, 0, 100));
      String next = scene.started().getFirst();
      current = next.substring(0, next.indexOf('@'));
      order.add(current);
    }
    return order;
  }

  private static int byNumber(String one, String other) {
    return Integer.compare(
        Integer.parseInt(one.substring(1)), Integer.parseInt(other.substring(1)));
  }

  private static EngineSpeed speed(double prefill) {
    return new EngineSpeed(prefill, 0.02, 0.0005);
  }

  private Demand sized(ServiceClass serviceClass, int prompt) {
    Demand base = Scene.demand(RENNES, serviceClass, scene.now());
    return new Demand(
        base.flow(),
        new TokenEstimate(prompt, 100),
        base.prefix(),
        base.routing(),
        base.patience(),
        Set.of());
  }

  private Demand prefixed(long[] chain, int prompt) {
    Demand base = sized(STANDARD, prompt);
    return new Demand(
        base.flow(),
        base.tokens(),
        new Prefix(chain, 0),
        base.routing(),
        base.patience(),
        Set.of());
  }

  private Demand routed(String organization, RoutingMode mode) {
    Demand base = Scene.demand(organization, STANDARD, scene.now());
    return new Demand(base.flow(), base.tokens(), base.prefix(), mode, base.patience(), Set.of());
  }

  private Demand ofProject(String organization, String project) {
    Demand base = Scene.demand(organization, STANDARD, scene.now());
    return new Demand(
        new Flow(organization, project, STANDARD),
        base.tokens(),
        base.prefix(),
        base.routing(),
        base.patience(),
        Set.of());
  }

  private Demand demandDue(String organization, long due) {
    return demandDue(organization, STANDARD, due);
  }

  private Demand demandDue(String organization, ServiceClass serviceClass, long due) {
    Demand base = Scene.demand(organization, serviceClass, scene.now());
    return new Demand(
        base.flow(),
        base.tokens(),
        base.prefix(),
        base.routing(),
        new Patience(scene.now(), due, Integer.MAX_VALUE),
        Set.of());
  }
}
