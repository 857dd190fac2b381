package org.archipel.scheduling;

import static org.archipel.scheduling.Scene.LILLE;
import static org.archipel.scheduling.Scene.REIMS;
import static org.archipel.scheduling.Scene.RENNES;
import static org.archipel.scheduling.Scene.SECOND;
import static org.archipel.scheduling.ServiceClass.BATCH;
import static org.archipel.scheduling.ServiceClass.INTERACTIVE;
import static org.archipel.scheduling.ServiceClass.STANDARD;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Classes, organizations and projects get their shares. */
class SharingTest {
  private final Scene scene = new Scene(Scene.plain());

  @Test
  void classesShareByWeightWhenAllWait() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    for (int i = 0; i < 200; i++) {
      scene.submit("i" + i, LILLE, INTERACTIVE);
      scene.submit("s" + i, LILLE, STANDARD);
      scene.submit("b" + i, LILLE, BATCH);
    }
    List<String> order = scene.serveOneByOne("running", 100);
    assertThat(order.stream().filter(t -> t.startsWith("i")).count()).isBetween(78L, 82L);
    assertThat(order.stream().filter(t -> t.startsWith("s")).count()).isBetween(13L, 17L);
    assertThat(order.stream().filter(t -> t.startsWith("b")).count()).isBetween(4L, 6L);
  }

  @Test
  void whoWaitedLongIsTreatedAsTheNextHigherClass() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    scene.submit("old", scene.due(LILLE, BATCH, 7_200 * SECOND));
    scene.pass(1_799);
    assertThat(scene.pool().snapshot(scene.now()).counters().agingPromotions()).isZero();
    scene.pass(2);
    assertThat(scene.pool().snapshot(scene.now()).counters().agingPromotions()).isEqualTo(2);
  }

  @Test
  void organizationsShareByWeight() {
    scene.pool().shares(Map.of(LILLE, new Share(1, 1), REIMS, new Share(2, 1)));
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    scene.pool().shares(Map.of(LILLE, new Share(1, 1), REIMS, new Share(2, 1)));
    for (int i = 0; i < 100; i++) {
      scene.submit("lille " + i, LILLE).submit("reims " + i, REIMS);
      scene.pool().shares(Map.of(LILLE, new Share(1, 1), REIMS, new Share(2, 1)));
    }
    List<String> order = scene.serveOneByOne("running", 90);
    assertThat(order.stream().filter(t -> t.startsWith("reims")).count()).isBetween(59L, 61L);
  }

  @Test
  void projectsOfAnOrganizationShareItsPartEqually() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    for (int i = 0; i < 100; i++) {
      scene.submit("flood " + i, scene.ofProject(LILLE, "flood"));
    }
    for (int i = 0; i < 10; i++) {
      scene.submit("quiet " + i, scene.ofProject(LILLE, "quiet"));
    }
    List<String> order = scene.serveOneByOne("running", 20);
    assertThat(order.stream().filter(t -> t.startsWith("quiet")).count()).isBetween(9L, 10L);
  }

  @Test
  void pastIdlenessIsNotHoarded() {
    scene.engine("a", RENNES, 1).submit("running", LILLE).started();
    for (int i = 0; i < 300; i++) {
      scene.submit("lille " + i, LILLE);
    }
    List<String> order = new ArrayList<>(scene.serveOneByOne("running", 100));
    for (int i = 0; i < 100; i++) {
      scene.submit("reims " + i, REIMS);
    }
    String last = order.getLast();
    order = scene.serveOneByOne(last, 20);
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
    List<String> order = scene.serveOneByOne("running", 20);
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
    List<String> order = scene.serveOneByOne("running", 20);
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
}
