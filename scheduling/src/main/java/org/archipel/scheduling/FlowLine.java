package org.archipel.scheduling;

import java.util.Iterator;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Demands of one flow that wait, in the order of their deadlines. Knows whether it is overloaded,
 * by CoDel's rule (Nichols and Jacobson 2012) at the scale of language models: even at its best
 * moment in a whole interval the oldest had waited for too long. Not thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class FlowLine<T> {
  private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** The wait that is too long, as a share of the deadline. */
  private static final double TOO_LONG = 0.25;

  private final NavigableSet<Waiting<T>> line = new TreeSet<>(Waiting.BY_DUE);
  private @Nullable Waiting<T> first;
  private int size;
  private double cost;
  private boolean overloaded;
  private long intervalStart;
  private long shortest = Long.MAX_VALUE;

  boolean isEmpty() {
    return size == 0;
  }

  void add(Waiting<T> waiting) {
    line.add(waiting);
    size++;
    cost += waiting.cost();
    Waiting<T> before = first;
    first = before == null || Waiting.BY_DUE.compare(waiting, before) < 0 ? waiting : before;
  }

  void remove(Waiting<T> waiting) {
    line.remove(waiting);
    size--;
    // An empty line costs nothing, whatever rounding left behind.
    cost = size == 0 ? 0 : Math.max(0, cost - waiting.cost());
    if (waiting == first) {
      first = size == 0 ? null : line.first();
    }
  }

  /** Who has the earliest deadline. */
  @Nullable Waiting<T> first() {
    return first;
  }

  @Nullable Waiting<T> last() {
    return size == 0 ? null : line.last();
  }

  Iterator<Waiting<T>> inOrder(boolean newestFirst) {
    return newestFirst ? line.descendingIterator() : line.iterator();
  }

  /** What all in line will probably cost, in normalized prompt tokens. */
  double cost() {
    return cost;
  }

  boolean overloaded() {
    return overloaded;
  }

  /** One is started while the oldest has waited for so long. */
  void started(long oldestWaited, long deadlineNanos, long now) {
    shortest = Math.min(shortest, oldestWaited);
    if (now - intervalStart >= INTERVAL_NANOS) {
      overloaded = shortest > (long) (TOO_LONG * deadlineNanos);
      intervalStart = now;
      shortest = Long.MAX_VALUE;
    } else if (oldestWaited <= (long) (TOO_LONG * deadlineNanos)) {
      overloaded = false;
    }
  }
}
