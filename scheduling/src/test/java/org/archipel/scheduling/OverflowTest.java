package org.archipel.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When demands go to other sites, and what becomes of those that are sent back. */
class OverflowTest {
  private static final long MILLISECOND = 1_000_000L;
  private static final String RENNES = Scene.RENNES;

  private final Scene scene = new Scene(Scene.plain());

  private PeerOffer offer(String site, long credits, String... labels) {
    ClassOffer room = new ClassOffer(credits, 0);
    return new PeerOffer(
        site,
        "aya",
        new PoolOffer(
            Map.of(
                ServiceClass.INTERACTIVE, room,
                ServiceClass.STANDARD, room,
                ServiceClass.BATCH, room),
            10_000,
            20 * MILLISECOND),
        Set.of(labels),
        15 * MILLISECOND,
        scene.now(),
        1_000_000,
        0);
  }

  private void offers(PeerOffer... offers) {
    scene.apply(scene.pool().offers(List.of(offers), scene.now()));
  }

  /** So many wait that the next one has no hope to start soon. */
  private void full() {
    scene.engine("e", RENNES, 1);
    crowd("full");
    scene.started();
  }

  private void crowd(String name) {
    for (int i = 0; i < 400; i++) {
      scene.submit(name + i, RENNES, ServiceClass.INTERACTIVE);
    }
  }

  private static Demand with(Demand demand, RoutingMode routing, Reach reach) {
    return new Demand(
        demand.flow(),
        demand.tokens(),
        demand.prefix(),
        routing,
        demand.patience(),
        demand.excludedEngines(),
        reach);
  }

  private Demand urgent(RoutingMode routing, Reach reach) {
    return with(Scene.demand(RENNES, ServiceClass.INTERACTIVE, scene.now()), routing, reach);
  }

  @Test
  void whoWouldWaitForLongGoesWhereThereIsRoom() {
    full();
    offers(offer("lille", 1_000_000));
    scene.submit("mine", urgent(RoutingMode.ANY, Reach.HOME));
    assertThat(scene.started()).contains("mine@lille");
  }

  @Test
  void whoStartsSoonStays() {
    scene.engine("e", RENNES, 1);
    offers(offer("lille", 1_000_000));
    scene.submit("one", RENNES, ServiceClass.INTERACTIVE);
    scene.submit("two", RENNES, ServiceClass.INTERACTIVE);
    scene.pass(0.5);
    assertThat(scene.started()).containsExactly("one@e");
  }

  @Test
  void aSmallGainIsNone() {
    full();
    PeerOffer slow = offer("lille", 1_000_000);
    // A prompt of 100 tokens takes 1,000 s there.
    PoolOffer snail = new PoolOffer(slow.room().classes(), 0.1, 0);
    offers(new PeerOffer("lille", "aya", snail, Set.of(), 0, scene.now(), 0, 0));
    scene.submit("mine", urgent(RoutingMode.ANY, Reach.HOME));
    assertThat(scene.started()).isEmpty();
  }

  @Test
  void neverWhatIsLocalOnlyNorWhatComesFromElsewhereNorWithoutTheLabel() {
    full();
    offers(offer("lille", 1_000_000, "hds"));
    scene.submit("local", urgent(RoutingMode.LOCAL_ONLY, Reach.HOME));
    scene.submit("visitor", urgent(RoutingMode.ANY, Reach.VISITOR));
    Reach labelled = new Reach(false, Set.of("hds", "secnumcloud"), Set.of());
    scene.submit("labelled", urgent(RoutingMode.ANY, labelled));
    scene.submit("allowed", urgent(RoutingMode.ANY, new Reach(false, Set.of("hds"), Set.of())));
    scene.pass(6);
    assertThat(scene.started())
        .contains("allowed@lille")
        .noneMatch(s -> s.matches("(local|visitor|labelled)@.*"));
  }

  @Test
  void localFirstGoesOnlyAfterItsPatience() {
    full();
    offers(offer("lille", 1_000_000));
    scene.submit("mine", urgent(RoutingMode.LOCAL_FIRST, Reach.HOME));
    scene.pass(1.5);
    assertThat(scene.started()).doesNotContain("mine@lille");
    offers(offer("lille", 1_000_000));
    scene.pass(2);
    assertThat(scene.started()).contains("mine@lille");
  }

  @Test
  void anOldOfferAndOneFromTheFutureAreNotUsed() {
    full();
    offers(offer("lille", 1_000_000));
    scene.pass(5.1);
    scene.started();
    crowd("old");
    assertThat(scene.started()).isEmpty();
    PeerOffer early = offer("lille", 1_000_000);
    offers(
        new PeerOffer(
            "lille", "aya", early.room(), Set.of(), 0, scene.now() + 10 * Scene.SECOND, 0, 0));
    scene.submit("mine", urgent(RoutingMode.ANY, Reach.HOME));
    assertThat(scene.started()).isEmpty();
  }

  @Test
  void noMoreIsSentThanIsOffered() {
    full();
    offers(offer("lille", 1_200));
    scene.pass(1);
    // Each counts for 100 prompt tokens and 4 x 100 generated ones.
    assertThat(scene.started()).hasSize(2);
  }

  @Test
  void aSiteThatRefusedIsLeftAloneForAWhile() {
    full();
    offers(offer("lille", 1_000_000));
    scene.submit("mine", urgent(RoutingMode.ANY, Reach.HOME));
    assertThat(scene.started()).contains("mine@lille");
    scene.end("mine", Completion.of(Outcome.PUSHED_BACK));
    scene.pool().withdraw("full399", scene.now());
    for (int i = 0; i < 4; i++) {
      offers(offer("lille", 1_000_000));
      scene.submit("other" + i, urgent(RoutingMode.ANY, Reach.HOME));
      scene.pass(1);
    }
    assertThat(scene.started()).isEmpty();
    scene.pass(1.1);
    for (int i = 0; i < 20; i++) {
      offers(offer("lille", 1_000_000));
      scene.submit("late" + i, urgent(RoutingMode.ANY, Reach.HOME));
    }
    assertThat(scene.started()).isNotEmpty();
  }

  @Test
  void whoIsSentBackHasItsOldPlace() {
    scene.engine("e", RENNES, 1);
    scene.submit("runs", RENNES);
    List<String> expected = new ArrayList<>();
    Demand wandering = null;
    for (int i = 0; i < 6; i++) {
      scene.pass(0.01);
      Demand demand = Scene.demand(RENNES, ServiceClass.STANDARD, scene.now());
      if (i == 2) {
        wandering = demand;
        scene.submit("t2", demand);
        assertThat(scene.pool().withdraw("t2", scene.now())).isTrue();
      } else {
        scene.submit("t" + i, demand);
      }
      expected.add("t" + i);
    }
    assertThat(wandering).isNotNull();
    scene.submit("t2", wandering.refusedBy("lille"));
    scene.started();
    assertThat(scene.serveOneByOne("runs", 6)).isEqualTo(expected);
  }

  @Test
  void aSiteThatRefusedADemandIsNotAskedForItAgain() {
    full();
    offers(offer("lille", 1_000_000));
    scene.submit("mine", urgent(RoutingMode.ANY, Reach.HOME).refusedBy("lille"));
    scene.pass(5);
    assertThat(scene.started()).doesNotContain("mine@lille");
  }

  @Test
  void aPoolWithoutEnginesSendsAllAndRefusesWhenNobodyOffers() {
    scene.submit("early", RENNES);
    assertThat(scene.refused()).containsExactly("early NO_ENGINE");
    offers(offer("lille", 600));
    scene.submit("one", RENNES, ServiceClass.BATCH);
    assertThat(scene.started()).containsExactly("one@lille");
    scene.submit("two", RENNES);
    assertThat(scene.started()).isEmpty();
    scene.pass(1);
    offers(offer("lille", 600));
    assertThat(scene.started()).containsExactly("two@lille");
    scene.pass(6);
    scene.submit("late", RENNES);
    assertThat(scene.refused()).containsExactly("late NO_ENGINE");
  }

  @Test
  void whoWouldBeDroppedGoesFirst() {
    full();
    scene.pass(4.5);
    scene.started();
    offers(offer("lille", 1_000_000));
    scene.pass(0.7);
    assertThat(scene.started()).hasSize(399);
    assertThat(scene.refused()).isEmpty();
  }

  @Test
  void batchDoesNotGoWhereAnybodyWaits() {
    ClassOffer queue = new ClassOffer(1_000_000, Scene.SECOND);
    PeerOffer busy =
        new PeerOffer(
            "lille",
            "aya",
            new PoolOffer(Map.of(ServiceClass.BATCH, queue), 10_000, 0),
            Set.of(),
            0,
            scene.now(),
            0,
            0);
    offers(busy);
    scene.submit("batch", RENNES, ServiceClass.BATCH);
    assertThat(scene.started()).isEmpty();
  }

  @Test
  void whatIsOwedDecidesBetweenEquals() {
    OverflowRules rules =
        new OverflowRules(
            OverflowRules.DEFAULTS.afterNanos(),
            500 * MILLISECOND,
            0.25,
            5 * Scene.SECOND,
            5 * Scene.SECOND,
            1.5,
            1);
    FairPool<String> pool = new FairPool<>(Scene.plain(), rules);
    PeerOffer cheap = offer("lille", 1_000_000);
    PeerOffer owed =
        new PeerOffer(
            "saclay", "aya", cheap.room(), Set.of(), cheap.roundTripNanos(), 0, 0, 5_000_000);
    pool.offers(List.of(owed, cheap), 0);
    for (int i = 0; i < 20; i++) {
      List<Decision<String>> decisions =
          pool.submit(Scene.demand(RENNES, ServiceClass.STANDARD, 0), "t" + i, 0);
      assertThat(decisions)
          .singleElement()
          .isInstanceOfSatisfying(
              Decision.Overflow.class,
              overflow -> assertThat(overflow.permit().engine()).isEqualTo("lille"));
    }
  }

  // ---------------------------------------------------------------- at the other site

  private long credits(ServiceClass serviceClass) {
    return scene.pool().offer(scene.now()).of(serviceClass).credits();
  }

  @Test
  void offersWhatIsLeftUnderTheCeilingOfAnActiveOwner() {
    scene.engine("a", Scene.LILLE, 10).engine("b", Scene.LILLE, 10);
    long idle = credits(ServiceClass.INTERACTIVE);
    assertThat(idle).isGreaterThan(20 * 500);
    for (int i = 0; i < 16; i++) {
      scene.submit("own" + i, Scene.LILLE, ServiceClass.INTERACTIVE);
    }
    assertThat(credits(ServiceClass.INTERACTIVE)).isPositive().isLessThan(idle);
    assertThat(credits(ServiceClass.BATCH)).isZero();
    scene.submit("own16", Scene.LILLE).submit("own17", Scene.LILLE);
    assertThat(credits(ServiceClass.INTERACTIVE)).isZero();
  }

  @Test
  void whileAnybodyOfTheSiteWaitsThereIsNothingToOffer() {
    scene.engine("e", Scene.LILLE, 1).engine("f", Scene.REIMS, 4);
    scene.submit("runs", Scene.LILLE);
    assertThat(credits(ServiceClass.STANDARD)).isPositive();
    scene.submit("waits", scene.routed(Scene.LILLE, RoutingMode.LOCAL_FIRST));
    assertThat(credits(ServiceClass.STANDARD)).isZero();
    assertThat(credits(ServiceClass.INTERACTIVE)).isPositive();
  }

  @Test
  void aVisitorOfTheOwnersNameIsAVisitor() {
    scene.engine("e", Scene.LILLE, 1);
    scene.submit("runs", Scene.LILLE);
    Demand visitor =
        Scene.demand(Scene.LILLE, ServiceClass.INTERACTIVE, scene.now()).reaching(Reach.VISITOR);
    scene.submit("visitor", visitor);
    scene.submit("own", Scene.LILLE, ServiceClass.BATCH);
    scene.started();
    scene.end("runs");
    assertThat(scene.started()).containsExactly("own@e");
  }

  @Test
  void aVisitorThatFindsNoRoomSoonIsSentBack() {
    scene.engine("e", Scene.LILLE, 1);
    scene.submit("runs", Scene.LILLE);
    Demand visitor =
        Scene.demand(RENNES, ServiceClass.STANDARD, scene.now()).reaching(Reach.VISITOR);
    scene.submit("visitor", visitor);
    scene.pass(0.9);
    assertThat(scene.refused()).isEmpty();
    scene.pass(0.2);
    assertThat(scene.refused()).containsExactly("visitor NO_CREDIT");
  }

  @Test
  void aVisitorIsSentBackAtOnceWhereManyWait() {
    full();
    Demand visitor =
        Scene.demand(Scene.LILLE, ServiceClass.STANDARD, scene.now()).reaching(Reach.VISITOR);
    scene.submit("visitor", visitor);
    assertThat(scene.refused()).containsExactly("visitor NO_CREDIT");
  }

  @Test
  void organizationsAndProjectsOfOtherSitesDoNotFillTheMemory() {
    VirtualTimes times = new VirtualTimes(SchedulingOptions.DEFAULTS);
    Deadlines deadlines = new Deadlines(SchedulingOptions.DEFAULTS);
    WaitingRoom<String> room =
        new WaitingRoom<>(
            times, new EngineTable(), new Calendar<>(SchedulingOptions.DEFAULTS, deadlines));
    for (int i = 0; i < 10_000; i++) {
      room.project(new Flow("o" + i, "p", ServiceClass.STANDARD), true);
      room.project(new Flow("o", "p" + i, ServiceClass.STANDARD), true);
    }
    assertThat(room.everybody()).hasSizeLessThan(4_100);
    assertThat(room.everybody()).allMatch(tenant -> tenant.projects().size() < 300);
  }
}
