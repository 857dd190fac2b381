package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What only time changes: limits, weights, deadlines, ageing, and whether the queue grows. Not
 * thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Upkeep<T> {
  private static final long WEIGHTS_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long SPEEDS_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long QUEUE_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final RoutingMode[] MODES = RoutingMode.values();
  private static final ServiceClass[] CLASSES = ServiceClass.values();

  // A request of the usual size, for the first guess of what engines can do.
  private static final int USUAL_PROMPT = 512;
  private static final int USUAL_COMPLETION = 256;
  private static final int USUAL_BATCH = 64;

  private final SchedulingOptions options;
  private final WaitingRoom<T> room;
  private final Deadlines deadlines;
  private final Tally tally;
  private long weighedAt;
  private long speedsAt;
  private long queueAt;
  private int queueBefore;
  private int queueNow;

  Upkeep(SchedulingOptions options, WaitingRoom<T> room, Deadlines deadlines, Tally tally) {
    this.options = options;
    this.room = room;
    this.deadlines = deadlines;
    this.tally = tally;
  }

  // ---------------------------------------------------------------- engines

  void engines(EngineTable engines, Fitness fitness, long now) {
    List<Engine> all = engines.all();
    for (int i = 0; i < all.size(); i++) {
      Engine engine = all.get(i);
      engine.expirePrefills(now);
      engine.adaptiveLimit().step(now);
      engine.refresh(now);
    }
    if (now - speedsAt >= SPEEDS_EVERY_NANOS) {
      speedsAt = now;
      fitness.refresh();
      for (EngineGroup group : engines.groups()) {
        group.forgetSums();
      }
      for (Engine engine : all) {
        engine.recount();
      }
    }
  }

  void enginesChanged(EngineTable engines, Fitness fitness, WaitForecast<T> forecast) {
    fitness.refresh();
    double total = 0;
    for (EngineGroup group : engines.groups()) {
      group.capacity(0);
    }
    for (Engine engine : engines.all()) {
      if (engine.up()) {
        double capacity = capacity(engine);
        engine.group().capacity(engine.group().capacity() + capacity);
        total += capacity;
      }
    }
    for (EngineGroup group : engines.groups()) {
      group.drain().expect(group.capacity());
    }
    forecast.external().expect(total);
  }

  /** Normalized prompt tokens per second that an engine can probably do. */
  private double capacity(Engine engine) {
    int batch = Math.min(engine.limit(), USUAL_BATCH);
    SpeedEstimate speed = engine.speed();
    double seconds =
        USUAL_PROMPT / speed.prefillRate() + USUAL_COMPLETION * speed.interToken(batch) / batch;
    return options.cost().of(USUAL_PROMPT, 0, USUAL_COMPLETION) / seconds;
  }

  // ---------------------------------------------------------------- weights

  /** A run ended: its organization took, the engine's owner gave. */
  void served(Run run, EngineGroup group, double cost, WaitingRoom<T> tenants) {
    if (!run.start().local() && cost > 0) {
      run.start().tenant().contribution().took(cost);
      tenants.tenant(group.owner()).contribution().gave(cost);
    }
  }

  void weights(WaitingRoom<T> tenants, Map<String, Share> shares, long now) {
    if (now - weighedAt < WEIGHTS_EVERY_NANOS) {
      return;
    }
    double seconds = (now - weighedAt) / 1e9;
    weighedAt = now;
    for (Tenant tenant : tenants.tenants().values()) {
      tenant.contribution().fade(seconds);
    }
    reweigh(tenants, shares);
  }

  void reweigh(WaitingRoom<T> tenants, Map<String, Share> shares) {
    for (Tenant tenant : tenants.tenants().values()) {
      Share share = shares.getOrDefault(tenant.name(), Share.EQUAL);
      double own = options.has(Feature.CONTRIBUTION) ? tenant.contribution().factor() : 1;
      tenant.weight(share.weight() * share.contribution() * own);
    }
  }

  // ---------------------------------------------------------------- the queue

  /** Whether the queue is longer than a second ago. */
  boolean growing() {
    return room.size() >= queueBefore && room.size() > 0;
  }

  void observeQueue(long now) {
    if (now - queueAt >= QUEUE_EVERY_NANOS) {
      queueAt = now;
      queueBefore = queueNow;
      queueNow = room.size();
    }
  }

  /** Those who can no longer be served in time. */
  List<Waiting<T>> late(long now) {
    List<Waiting<T>> late = new ArrayList<>();
    forEachLine(
        (line, serviceClass) -> {
          var waiting = line.inOrder(false);
          while (waiting.hasNext()) {
            Waiting<T> next = waiting.next();
            if (deadlines.dropAt(next) > now) {
              break;
            }
            late.add(next);
          }
        });
    return late;
  }

  /** Moves those who waited for long to the next higher class, never across owners. */
  void promote(long now) {
    List<Waiting<T>> aged = new ArrayList<>();
    forEachLine(
        (line, serviceClass) -> {
          if (serviceClass == 0) {
            return;
          }
          long ageing = options.rules(CLASSES[serviceClass]).ageingNanos();
          var waiting = line.inOrder(false);
          while (waiting.hasNext()) {
            Waiting<T> next = waiting.next();
            if (now - next.submitted() < ageing) {
              break;
            }
            aged.add(next);
          }
        });
    for (Waiting<T> waiting : aged) {
      room.promote(waiting, CLASSES[waiting.serviceClass().rank() - 1]);
      tally.agingPromotions++;
    }
  }

  private interface LineVisitor<T> {
    void visit(FlowLine<T> line, int serviceClass);
  }

  @SuppressWarnings("unchecked") // the room makes no other projects
  private void forEachLine(LineVisitor<T> visitor) {
    for (Tenant tenant : room.tenants().values()) {
      for (Project<?> active : tenant.active()) {
        Project<T> project = (Project<T>) active;
        for (int c = 0; c < CLASSES.length; c++) {
          for (RoutingMode mode : MODES) {
            FlowLine<T> line = project.line(c, mode);
            if (line != null && !line.isEmpty()) {
              visitor.visit(line, c);
            }
          }
        }
      }
    }
  }
}
