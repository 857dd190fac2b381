package org.archipel.simulator.fleet;

import java.util.Arrays;

/**
 * When each of a fixed number of sources has its next event: a binary heap with one place per
 * source, so that a time can be moved without leaving stale entries. Of equal times the source with
 * the lower number comes first.
 */
final class Timetable {
  /** A source that has nothing to do. */
  static final long NEVER = Long.MAX_VALUE;

  private final long[] times;
  private final int[] heap;
  private final int[] places;

  Timetable(int sources) {
    times = new long[sources];
    Arrays.fill(times, NEVER);
    heap = new int[sources];
    places = new int[sources];
    Arrays.setAll(heap, i -> i);
    Arrays.setAll(places, i -> i);
  }

  /** The source whose event is next. */
  int first() {
    return heap[0];
  }

  long time(int source) {
    return times[source];
  }

  void set(int source, long time) {
    long old = times[source];
    if (time == old) {
      return;
    }
    times[source] = time;
    if (time < old) {
      up(places[source]);
    } else {
      down(places[source]);
    }
  }

  private void up(int start) {
    int place = start;
    int source = heap[place];
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      if (!before(source, heap[parent])) {
        break;
      }
      put(place, heap[parent]);
      place = parent;
    }
    put(place, source);
  }

  private void down(int start) {
    int place = start;
    int source = heap[place];
    int half = heap.length >>> 1;
    while (place < half) {
      int child = 2 * place + 1;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], source)) {
        break;
      }
      put(place, heap[child]);
      place = child;
    }
    put(place, source);
  }

  private boolean before(int a, int b) {
    return times[a] < times[b] || (times[a] == times[b] && a < b);
  }

  private void put(int place, int source) {
    heap[place] = source;
    places[source] = place;
  }
}
