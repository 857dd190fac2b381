package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one engine takes from all pools that use it: an engine that serves several models has one
 * batch, one queue and one KV cache, so that its limit is one too. Every pool has a {@link Part} in
 * it and takes a place before it starts a demand there.
 *
 * <p>A place that comes free belongs to nobody: whoever gave it back offers it to all pools with
 * {@link #offer}. Thread-safe: pools are called under locks of their own.
 */
public final class EngineBudget {
  /** Whose demands a pool is asked for when a place is offered. */
  public enum Whose {
    /** Those of the engine's owner: they go before all others, whatever their model. */
    OWNER,
    /** Any. */
    ANYBODY
  }

  /** How a pool answers to an offer. */
  public interface Asked {
    /** Whether the pool of that part started one. */
    boolean starts(Part part, Whose whose);
  }

  private final List<Part> parts = new ArrayList<>();
  private @Nullable AdaptiveLimit adaptive;
  private long starts;
  private volatile int most = 1;
  private volatile int limit = 1;
  private volatile int running;
  private volatile long tokens;
  private volatile int pools;
  private volatile long quietUntil;

  /** A part for one more pool. */
  public synchronized Part part() {
    Part part = new Part();
    parts.add(part);
    pools = parts.size();
    return part;
  }

  /** Requests that run on the engine, of all pools. */
  public int running() {
    return running;
  }

  /** How many may, as adapted. */
  public int limit() {
    return limit;
  }

  int most() {
    return most;
  }

  long tokens() {
    return tokens;
  }

  /**
   * Offers the free places, one after the other: the engine's owner first, then whichever pool has
   * the fewest running there, of equal ones the one that has waited longest for its turn. Ends when
   * the engine is full or no pool has a use for it. The caller holds no lock of a pool.
   */
  public void offer(Asked asked) {
    for (Whose whose : Whose.values()) {
      Set<Part> declined = new HashSet<>();
      Part next = nextInTurn(declined);
      while (next != null && running < limit) {
        if (!asked.starts(next, whose)) {
          declined.add(next);
        }
        next = nextInTurn(declined);
      }
    }
  }

  private synchronized @Nullable Part nextInTurn(Set<Part> declined) {
    return parts.stream()
        .filter(part -> part.up && !declined.contains(part))
        .min(
            Comparator.comparingInt((Part part) -> part.running)
                .thenComparingLong(p -> p.lastStart))
        .orElse(null);
  }

  private void limits() {
    int largest = 0;
    for (Part part : parts) {
      largest = part.up ? Math.max(largest, part.most) : largest;
    }
    AdaptiveLimit known = adaptive;
    if (known != null && largest > 0) {
      known.most(largest);
      most = largest;
      limit = known.limit();
    }
  }

  private AdaptiveLimit learning(EngineCapacity capacity, double wantedInterToken, long now) {
    AdaptiveLimit known = adaptive;
    if (known == null) {
      known = new AdaptiveLimit(capacity, wantedInterToken, now);
      known.running(running);
      adaptive = known;
    }
    return known;
  }

  /** The engine is another when all pools have left it, whatever it is called. */
  private void forget(Part part) {
    parts.remove(part);
    pools = parts.size();
    if (parts.isEmpty()) {
      adaptive = null;
      quietUntil = Long.MIN_VALUE;
    }
  }

  /** What one pool has of an engine. Its pool calls it under its lock. */
  public final class Part {
    private int most;
    private int running;
    private long lastStart;
    private boolean up;
    private boolean gone;
    private @Nullable AdaptiveLimit learning;

    private Part() {}

    /** What it is a part of. */
    public EngineBudget budget() {
      return EngineBudget.this;
    }

    /** Whether other pools use the engine too, or did. */
    public boolean shared() {
      return pools > 1;
    }

    void cameUp(EngineCapacity capacity, double wantedInterToken, long now) {
      synchronized (EngineBudget.this) {
        most = capacity.maxConcurrency();
        up = true;
        learning = EngineBudget.this.learning(capacity, wantedInterToken, now);
        limits();
      }
    }

    void wentDown() {
      synchronized (EngineBudget.this) {
        up = false;
        limits();
      }
    }

    /** The pool forgets the engine, and its part is over with the last run that it has there. */
    public void leave() {
      synchronized (EngineBudget.this) {
        gone = true;
        up = false;
        if (running == 0) {
          forget(this);
        } else {
          limits();
        }
      }
    }

    /** Takes a place; false when another pool was quicker. */
    boolean take(int allowed) {
      synchronized (EngineBudget.this) {
        if (EngineBudget.this.running >= allowed) {
          return false;
        }
        EngineBudget.this.running++;
        running++;
        lastStart = ++starts;
        tellRunning();
        return true;
      }
    }

    void giveBack() {
      synchronized (EngineBudget.this) {
        EngineBudget.this.running--;
        running--;
        tellRunning();
        if (gone && running == 0) {
          forget(this);
        }
      }
    }

    void holds(long moreTokens) {
      synchronized (EngineBudget.this) {
        tokens += moreTokens;
      }
    }

    // ---------------------------------------------------------------- what the limit learns

    private void tellRunning() {
      learning().running(EngineBudget.this.running);
    }

    void firstToken(double timesPredicted) {
      synchronized (EngineBudget.this) {
        learning().firstToken(timesPredicted);
      }
    }

    void interToken(double seconds) {
      synchronized (EngineBudget.this) {
        learning().interToken(seconds);
      }
    }

    void pushedBack() {
      synchronized (EngineBudget.this) {
        learning().pushedBack();
        quietUntil = learning().nextStep();
      }
    }

    /** All pools hear of the same report: the first of those that are up passes it on. */
    void reported(EngineLoad load) {
      synchronized (EngineBudget.this) {
        for (Part part : parts) {
          if (part.up) {
            if (part == this) {
              learning().reported(load);
              quietUntil = learning().nextStep();
            }
            return;
          }
        }
      }
    }

    /** Takes a step of the limit when its time has come; true when the limit grew. */
    boolean step(long now) {
      if (now < quietUntil) {
        return false;
      }
      synchronized (EngineBudget.this) {
        boolean grew = learning().step(now);
        limit = learning().limit();
        quietUntil = learning().nextStep();
        return grew;
      }
    }

    long increases() {
      synchronized (EngineBudget.this) {
        return learning().increases();
      }
    }

    long decreases() {
      synchronized (EngineBudget.this) {
        return learning().decreases();
      }
    }

    private AdaptiveLimit learning() {
      AdaptiveLimit known = learning;
      if (known == null) {
        throw new IllegalStateException("an engine that never came up");
      }
      return known;
    }
  }
}
