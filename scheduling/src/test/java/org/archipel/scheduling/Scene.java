package org.archipel.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A pool with the clock in the test's hand. Keeps what was started and refused, and checks with
 * each decision that it is the only one for its ticket.
 */
final class Scene {
  static final String RENNES = "univ-rennes";
  static final String LILLE = "univ-lille";
  static final String REIMS = "univ-reims";
  static final long SECOND = 1_000_000_000L;

  private final FairPool<String> pool;
  private final Map<String, Permit> running = new HashMap<>();
  private final Set<String> decided = new HashSet<>();
  private final List<String> started = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private long now;

  Scene(SchedulingOptions options) {
    pool = new FairPool<>(options);
  }

  /** The policy with fixed limits and without refusals at the door, so that order shows. */
  static SchedulingOptions plain() {
    return SchedulingOptions.DEFAULTS
        .without(Feature.ADAPTIVE_LIMITS)
        .without(Feature.EARLY_REFUSAL)
        .without(Feature.NEWEST_FIRST)
        .without(Feature.CONTRIBUTION);
  }

  FairPool<String> pool() {
    return pool;
  }

  long now() {
    return now;
  }

  Scene engine(String id, String owner, int limit) {
    return engine(new EngineProfile(id, owner, EngineCapacity.of(limit), EngineSpeed.UNKNOWN));
  }

  Scene engine(EngineProfile profile) {
    apply(pool.engineUp(profile, now));
    return this;
  }

  Scene down(String id) {
    apply(pool.engineDown(id, now));
    return this;
  }

  Scene gone(String id) {
    apply(pool.engineGone(id, now));
    return this;
  }

  static Demand demand(String organization, ServiceClass serviceClass, long submitted) {
    return new Demand(
        new Flow(organization, "chat", serviceClass),
        new TokenEstimate(100, 100),
        Prefix.NONE,
        RoutingMode.ANY,
        Patience.from(submitted),
        Set.of());
  }

  Scene submit(String ticket, String organization) {
    return submit(ticket, demand(organization, ServiceClass.STANDARD, now));
  }

  Scene submit(String ticket, String organization, ServiceClass serviceClass) {
    return submit(ticket, demand(organization, serviceClass, now));
  }

  Scene submit(String ticket, Demand demand) {
    decided.remove(ticket);
    apply(pool.submit(demand, ticket, now));
    return this;
  }

  Scene firstToken(String ticket) {
    apply(pool.firstToken(permit(ticket), now));
    return this;
  }

  Scene end(String ticket) {
    return end(ticket, Completion.of(Outcome.COMPLETED));
  }

  Scene end(String ticket, Completion completion) {
    Permit permit = permit(ticket);
    running.remove(ticket);
    apply(pool.complete(permit, completion, now));
    return this;
  }

  Scene tick() {
    apply(pool.tick(now));
    return this;
  }

  /** Lets time pass in ticks. */
  Scene pass(double seconds) {
    long until = now + (long) (seconds * SECOND);
    while (now < until) {
      now = Math.min(until, now + SECOND / 20);
      tick();
    }
    return this;
  }

  Scene observe(String engine, EngineLoad load) {
    apply(pool.observe(engine, load, now));
    return this;
  }

  void apply(List<Decision<String>> decisions) {
    for (Decision<String> decision : decisions) {
      assertThat(decided.add(decision.ticket())).as("one decision for %s", decision).isTrue();
      switch (decision) {
        case Decision.Start<String> start -> {
          running.put(start.ticket(), start.permit());
          started.add(start.ticket() + "@" + start.permit().engine());
        }
        case Decision.Overflow<String> overflow -> {
          running.put(overflow.ticket(), overflow.permit());
          started.add(overflow.ticket() + "@" + overflow.permit().engine());
        }
        case Decision.Refuse<String> refuse ->
            refused.add(refuse.ticket() + " " + refuse.refusal().reason());
      }
    }
  }

  Permit permit(String ticket) {
    Permit permit = running.get(ticket);
    if (permit == null) {
      throw new AssertionError(ticket + " does not run: " + running.keySet());
    }
    return permit;
  }

  Set<String> running() {
    return running.keySet();
  }

  /** What was started since the last call, as ticket@engine. */
  List<String> started() {
    List<String> result = List.copyOf(started);
    started.clear();
    return result;
  }

  /** What was refused since the last call, as ticket and reason. */
  List<String> refused() {
    List<String> result = List.copyOf(refused);
    refused.clear();
    return result;
  }

  /** Ends what runs, one after the other, and returns who followed. */
  List<String> serveOneByOne(String first, int count) {
    List<String> order = new ArrayList<>();
    String current = first;
    for (int i = 0; i < count; i++) {
      end(current, new Completion(Outcome.COMPLETED, 100, 0, 100));
      String next = started().getFirst();
      current = next.substring(0, next.indexOf('@'));
      order.add(current);
    }
    return order;
  }

  EngineSnapshot.State state(String engine) {
    return pool.snapshot(now).engines().stream()
        .filter(e -> e.engine().equals(engine))
        .findFirst()
        .orElseThrow()
        .state();
  }

  // ---------------------------------------------------------------- demands of every kind, from
  // now

  Demand sized(ServiceClass serviceClass, int prompt) {
    Demand base = demand(RENNES, serviceClass, now);
    return new Demand(
        base.flow(),
        new TokenEstimate(prompt, 100),
        base.prefix(),
        base.routing(),
        base.patience(),
        Set.of());
  }

  Demand prefixed(long[] chain, int prompt) {
    Demand base = sized(ServiceClass.STANDARD, prompt);
    return new Demand(
        base.flow(),
        base.tokens(),
        new Prefix(chain, 0),
        base.routing(),
        base.patience(),
        Set.of());
  }

  Demand routed(String organization, RoutingMode mode) {
    Demand base = demand(organization, ServiceClass.STANDARD, now);
    return new Demand(base.flow(), base.tokens(), base.prefix(), mode, base.patience(), Set.of());
  }

  Demand ofProject(String organization, String project) {
    Demand base = demand(organization, ServiceClass.STANDARD, now);
    return new Demand(
        new Flow(organization, project, ServiceClass.STANDARD),
        base.tokens(),
        base.prefix(),
        base.routing(),
        base.patience(),
        Set.of());
  }

  Demand due(String organization, long due) {
    return due(organization, ServiceClass.STANDARD, due);
  }

  Demand due(String organization, ServiceClass serviceClass, long due) {
    Demand base = demand(organization, serviceClass, now);
    return new Demand(
        base.flow(),
        base.tokens(),
        base.prefix(),
        base.routing(),
        new Patience(now, due, Integer.MAX_VALUE),
        Set.of());
  }
}
