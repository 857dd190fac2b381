package org.archipel.scheduling;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The bounds of fair queueing over random work, in virtual time. */
class FairnessBoundTest {
  private static final int LONGEST_PROMPT = 4_000;
  private static final int LONGEST_ANSWER = 1_000;
  private static final int AT_ONCE = 8;

  /**
   * Organizations that always wait get service in proportion to their weights, up to the bound of
   * scheduling.md §5.1: twice the larger of the longest prompt and what a full engine can generate,
   * with weights scaled so that the smallest is 1.
   */
  @Test
  void serviceOfBackloggedOrganizationsDiffersByLessThanTheBound() {
    long seed = Long.getLong("archipel.seed", new Random().nextLong());
    for (int round = 0; round < 20; round++) {
      try {
        new Backlog(seed + round).run();
      } catch (AssertionError e) {
        throw new AssertionError("with -Darchipel.seed=" + (seed + round), e);
      }
    }
  }

  /** Nobody waits for ever: whoever is in line when a flood begins is served during it. */
  @Test
  void nobodyStarvesBesideAFlood() {
    Scene scene = new Scene(Scene.plain().without(Feature.DROP_WITH_MARGIN));
    scene.engine("a", Scene.RENNES, 2);
    scene.submit("running 1", Scene.REIMS, ServiceClass.INTERACTIVE);
    scene.submit("running 2", Scene.REIMS, ServiceClass.INTERACTIVE);
    for (ServiceClass serviceClass : ServiceClass.values()) {
      scene.submit("patient " + serviceClass, Scene.LILLE, serviceClass);
    }
    int flood = 0;
    for (int i = 0; i < 400 && scene.pool().waiting() > 0; i++) {
      scene.submit("flood " + flood++, Scene.REIMS, ServiceClass.INTERACTIVE);
      scene.end(scene.running().stream().sorted().findFirst().orElseThrow());
      scene.submit("flood " + flood++, Scene.REIMS, ServiceClass.INTERACTIVE);
    }
    assertThat(scene.started())
        .contains("patient INTERACTIVE@a", "patient STANDARD@a", "patient BATCH@a");
  }

  private static final class Backlog {
    private final Random random;
    private final Map<String, Double> weights = new HashMap<>();
    private final Map<String, Double> service = new HashMap<>();
    private final FairPool<String> pool;
    private final List<Running> running = new ArrayList<>();
    private final Map<String, Size> sizes = new HashMap<>();
    private int tickets;
    private long now;

    private record Size(String organization, int prompt, int answer) {}

    private record Running(Permit permit, Size size) {}

    Backlog(long seed) {
      random = new Random(seed);
      SchedulingOptions options =
          Scene.plain().without(Feature.DROP_WITH_MARGIN).without(Feature.PREFILL_GATE);
      pool = new FairPool<>(options.with(ServiceClass.STANDARD, patient()));
      for (int i = 0; i < 3; i++) {
        weights.put("org" + i, 1.0 + random.nextInt(3));
      }
      weights.put("org0", 1.0);
    }

    private static ClassRules patient() {
      ClassRules standard = ClassRules.of(ServiceClass.STANDARD);
      return new ClassRules(standard.weight(), Long.MAX_VALUE / 4, Long.MAX_VALUE / 4, 1.0, 0, 0);
    }

    void run() {
      pool.engineUp(
          new EngineProfile(
              "a", "owner", EngineCapacity.of(AT_ONCE), new EngineSpeed(50_000, 0.01, 0)),
          now);
      for (int i = 0; i < 60; i++) {
        for (String organization : weights.keySet()) {
          submit(organization);
        }
      }
      Map<String, Share> shares = new HashMap<>();
      weights.forEach((name, weight) -> shares.put(name, new Share(weight, 1)));
      pool.shares(shares);
      service.clear();
      for (int i = 0; i < 1_500; i++) {
        now += 10_000_000;
        Running ended = running.remove(random.nextInt(running.size()));
        Size size = ended.size();
        serve(size);
        submit(size.organization());
        apply(
            pool.complete(
                ended.permit(),
                new Completion(Outcome.COMPLETED, size.prompt(), 0, size.answer()),
                now));
        checkGap();
      }
    }

    private void serve(Size size) {
      service.merge(size.organization(), size.prompt() + 4.0 * size.answer(), Double::sum);
    }

    private void submit(String organization) {
      Size size =
          new Size(
              organization, 1 + random.nextInt(LONGEST_PROMPT), 1 + random.nextInt(LONGEST_ANSWER));
      String ticket = "t" + tickets++;
      sizes.put(ticket, size);
      Demand demand =
          new Demand(
              new Flow(organization, "p", ServiceClass.STANDARD),
              new TokenEstimate(size.prompt(), TokenEstimate.UNLIMITED),
              Prefix.NONE,
              RoutingMode.ANY,
              Patience.from(now),
              Set.of());
      apply(pool.submit(demand, ticket, now));
    }

    private void apply(List<Decision<String>> decisions) {
      for (Decision<String> decision : decisions) {
        Decision.Start<String> start = (Decision.Start<String>) decision;
        Size size = requireNonNull(sizes.remove(start.ticket()));
        running.add(new Running(start.permit(), size));
      }
    }

    private void checkGap() {
      double bound = 2 * Math.max(LONGEST_PROMPT, 4.0 * AT_ONCE * LONGEST_ANSWER);
      for (String one : weights.keySet()) {
        for (String other : weights.keySet()) {
          double gap =
              service.getOrDefault(one, 0.0) / requireNonNull(weights.get(one))
                  - service.getOrDefault(other, 0.0) / requireNonNull(weights.get(other));
          assertThat(Math.abs(gap)).as("%s and %s", one, other).isLessThan(bound);
        }
      }
    }
  }
}
