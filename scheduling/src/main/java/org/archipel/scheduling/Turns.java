package org.archipel.scheduling;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who goes next on an engine that has room: its owner first, then by class, by organization and by
 * project, each the one that had least of its share, and within a flow by deadline. Not
 * thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Turns<T> {
  private static final int CLASSES = ServiceClass.values().length;

  /** Flows that are tried when the one whose turn it is fits nowhere (scheduling.md §5.1). */
  private static final int FLOWS_TRIED = 8;

  /** Demands of a line that are tried. */
  private static final int DEMANDS_TRIED = 16;

  /** Demands that are tried in one turn at most: a turn that finds nothing must be cheap too. */
  private static final int TRIES = 64;

  /** After so many skips, or so long, an engine is kept free for who was skipped. */
  private static final int MOST_SKIPS = 16;

  private static final long LONGEST_SKIPPING_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Interactive flows in overload serve the newest once the oldest waited so long. */
  private static final long NEWEST_FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final RoutingMode[] MODES = RoutingMode.values();

  private final WaitingRoom<T> room;
  private final VirtualTimes times;
  private final Fitness fitness;
  private final LocalRules local;
  private final boolean locality;
  private final boolean fairness;
  private final boolean newestFirst;

  private final Tenant[] first = new Tenant[FLOWS_TRIED];
  private final double[] firstKeys = new double[FLOWS_TRIED];
  private long mostUncached;
  private long turn;
  private int tries;
  private @Nullable Waiting<T> skipped;
  private long bypassed;

  Turns(
      SchedulingOptions options,
      WaitingRoom<T> room,
      VirtualTimes times,
      Fitness fitness,
      LocalRules local) {
    this.room = room;
    this.times = times;
    this.fitness = fitness;
    this.local = local;
    this.locality = options.has(Feature.LOCALITY);
    this.fairness = options.has(Feature.FAIRNESS);
    this.newestFirst = options.has(Feature.NEWEST_FIRST);
  }

  /** Starts that passed one that did not fit. */
  long bypassed() {
    return bypassed;
  }

  /** The demand to start on this engine now, if there is one. */
  @Nullable Waiting<T> next(Engine engine, long now) {
    skipped = null;
    begin(engine);
    Tenant owner = engine.group().tenant();
    if (locality && owner != null && owner.waiting() > 0) {
      Waiting<T> own = ofOwner(owner, engine, now);
      if (own != null) {
        return passing(own, engine, now);
      }
    }
    Waiting<T> other = ofOthers(engine, now);
    return other == null ? null : passing(other, engine, now);
  }

  /** The demand of its owner to start on this engine now, if there is one. */
  @Nullable Waiting<T> nextOfOwner(Engine engine, long now) {
    Tenant owner = engine.group().tenant();
    if (!locality || owner == null || owner.waiting() == 0) {
      return null;
    }
    skipped = null;
    begin(engine);
    Waiting<T> own = ofOwner(owner, engine, now);
    return own == null ? null : passing(own, engine, now);
  }

  /** Whether the owner of this engine has a demand that it could take now. */
  boolean ownerWaits(Engine engine, long now) {
    Tenant owner = engine.group().tenant();
    begin(engine);
    return owner != null && owner.waiting() > 0 && ofOwner(owner, engine, now) != null;
  }

  private void begin(Engine engine) {
    tries = TRIES;
    mostUncached = fitness.mostUncached(engine);
  }

  private @Nullable Waiting<T> passing(Waiting<T> chosen, Engine engine, long now) {
    Waiting<T> passed = skipped;
    if (passed == null || passed == chosen) {
      return chosen;
    }
    passed.skipped(now);
    boolean enough =
        passed.skips() >= MOST_SKIPS || passed.skippedFor(now) >= LONGEST_SKIPPING_NANOS;
    if (enough
        && passed.reservation() == null
        && engine.reservedFor() == null
        && engine.couldHold(passed.reserved())) {
      engine.reserve(passed);
      passed.reservation(engine);
      return null;
    }
    bypassed++;
    return chosen;
  }

  // ---------------------------------------------------------------- whose turn it is

  private @Nullable Waiting<T> ofOwner(Tenant owner, Engine engine, long now) {
    int tried = 0;
    for (int round = 0; round < CLASSES; round++) {
      int next = -1;
      for (int i = 0; i < CLASSES; i++) {
        if ((tried & 1 << i) == 0
            && owner.waiting(i) > 0
            && (next < 0 || owner.localClassTime(i) < owner.localClassTime(next))) {
          next = i;
        }
      }
      if (next < 0) {
        return null;
      }
      tried |= 1 << next;
      Waiting<T> found = ofTenant(owner, next, engine, true, now);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Waiting<T> ofOthers(Engine engine, long now) {
    if (locality && engine.kept() && engine.group().ownerActive()) {
      return null;
    }
    int tried = 0;
    for (int round = 0; round < CLASSES; round++) {
      int next = -1;
      for (int i = 0; i < CLASSES; i++) {
        if ((tried & 1 << i) == 0
            && room.externalWaiting()[i] > 0
            && local.ceilingAllows(engine.group(), i)
            && (next < 0 || times.classTime(i) < times.classTime(next))) {
          next = i;
        }
      }
      if (next < 0) {
        return null;
      }
      tried |= 1 << next;
      Waiting<T> found = ofClass(next, engine, now);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Waiting<T> ofClass(int serviceClass, Engine engine, long now) {
    List<Tenant> active = room.active();
    int count = 0;
    for (int i = 0; i < active.size(); i++) {
      Tenant tenant = active.get(i);
      if (tenant.waiting(serviceClass) > 0 && !(locality && local.local(engine.group(), tenant))) {
        double key = fairness ? tenant.externalTime() : arrival(tenant, serviceClass);
        count = rank(tenant, key, count);
      }
    }
    for (int i = 0; i < count && tries > 0; i++) {
      Waiting<T> found = ofTenant(first[i], serviceClass, engine, false, now);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Keeps the few with the least keys in order, the one seen first before its equals. */
  private int rank(Tenant tenant, double key, int count) {
    int place = count;
    if (count == FLOWS_TRIED) {
      if (key >= firstKeys[count - 1]) {
        return count;
      }
      place--;
    }
    while (place > 0 && key < firstKeys[place - 1]) {
      first[place] = first[place - 1];
      firstKeys[place] = firstKeys[place - 1];
      place--;
    }
    first[place] = tenant;
    firstKeys[place] = key;
    return Math.min(FLOWS_TRIED, count + 1);
  }

  @SuppressWarnings("unchecked") // the room makes no other projects
  private @Nullable Waiting<T> ofTenant(
      Tenant tenant, int serviceClass, Engine engine, boolean isLocal, long now) {
    long mine = ++turn;
    List<Project<?>> active = tenant.active();
    for (int attempt = 0; attempt < FLOWS_TRIED && tries > 0; attempt++) {
      Project<T> next = null;
      double least = 0;
      for (int i = 0; i < active.size(); i++) {
        Project<T> project = (Project<T>) active.get(i);
        if (project.triedIn(mine) || project.waiting(serviceClass) == 0) {
          continue;
        }
        double key = fairness ? project.time(isLocal) : arrival(project, serviceClass);
        if (next == null || key < least) {
          next = project;
          least = key;
        }
      }
      if (next == null) {
        return null;
      }
      next.tried(mine);
      Waiting<T> found = ofProject(next, serviceClass, engine, isLocal, now);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  // ---------------------------------------------------------------- within a flow

  private @Nullable Waiting<T> ofProject(
      Project<T> project, int serviceClass, Engine engine, boolean isLocal, long now) {
    Waiting<T> best = null;
    for (RoutingMode mode : MODES) {
      FlowLine<T> line = project.line(serviceClass, mode);
      if (line == null || line.isEmpty() || (!isLocal && mode == RoutingMode.LOCAL_ONLY)) {
        continue;
      }
      Waiting<T> found = ofLine(line, serviceClass, engine, isLocal, now);
      if (found != null && (best == null || Waiting.BY_DUE.compare(found, best) < 0)) {
        best = found;
      }
    }
    return best;
  }

  private @Nullable Waiting<T> ofLine(
      FlowLine<T> line, int serviceClass, Engine engine, boolean isLocal, long now) {
    Waiting<T> oldest = line.first();
    if (oldest == null) {
      return null;
    }
    boolean newest = newest(line, oldest, serviceClass, now);
    Waiting<T> head = newest ? line.last() : oldest;
    if (head != null) {
      fitness.lookAgain(head);
      if (fits(engine, head, isLocal, now)) {
        return head;
      }
    }
    Iterator<Waiting<T>> rest = line.inOrder(newest);
    for (int i = 0; i < DEMANDS_TRIED && tries > 0 && rest.hasNext(); i++) {
      Waiting<T> next = rest.next();
      if (allowed(next, isLocal, now)) {
        if (next != head && fits(engine, next, isLocal, now)) {
          return next;
        }
        if (skipped == null && !engine.holds(next.reserved())) {
          skipped = next;
        }
      }
    }
    return null;
  }

  private boolean fits(Engine engine, Waiting<T> waiting, boolean isLocal, long now) {
    tries--;
    int cached = Fitness.cachedAtHome(engine, waiting);
    // First what is cheap: most of those that are tried do not fit.
    return waiting.prompt() - cached <= mostUncached
        && allowed(waiting, isLocal, now)
        && fitness.fits(engine, waiting, cached, now);
  }

  private boolean allowed(Waiting<T> waiting, boolean isLocal, long now) {
    return isLocal || !locality || local.mayLeave(waiting, now);
  }

  private boolean newest(FlowLine<T> line, Waiting<T> oldest, int serviceClass, long now) {
    return newestFirst
        && serviceClass == ServiceClass.INTERACTIVE.rank()
        && line.overloaded()
        && now - oldest.submitted() > NEWEST_FIRST_NANOS;
  }

  // ---------------------------------------------------------------- without fairness

  @SuppressWarnings("unchecked") // the room makes no other projects
  private double arrival(Tenant tenant, int serviceClass) {
    double first = Double.MAX_VALUE;
    for (int i = 0; i < tenant.active().size(); i++) {
      first = Math.min(first, arrival((Project<T>) tenant.active().get(i), serviceClass));
    }
    return first;
  }

  private double arrival(Project<T> project, int serviceClass) {
    double first = Double.MAX_VALUE;
    for (RoutingMode mode : MODES) {
      FlowLine<T> line = project.line(serviceClass, mode);
      Waiting<T> head = line == null ? null : line.first();
      first = head == null ? first : Math.min(first, (double) head.submitted());
    }
    return first;
  }
}
