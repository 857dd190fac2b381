package org.archipel.scheduling;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Waiting demands by a moment of each: a binary heap in which every demand knows its place, so that
 * one that leaves costs no search, and what is due is found without looking at what is not. Not
 * thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Agenda<T> {
  private static final int SMALLEST = 16;

  /** Which of its places a demand keeps for this agenda. */
  enum Kind {
    DROP,
    AGEING
  }

  private final Kind kind;
  private @Nullable Waiting<T>[] heap;
  private long[] moments = new long[SMALLEST];
  private int size;

  @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of generic types
  Agenda(Kind kind) {
    this.kind = kind;
    this.heap = new Waiting[SMALLEST];
  }

  int size() {
    return size;
  }

  void add(Waiting<T> waiting, long moment) {
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, 2 * size);
      moments = Arrays.copyOf(moments, 2 * size);
    }
    rise(size++, waiting, moment);
  }

  /** Does nothing when it is not there. */
  void remove(Waiting<T> waiting) {
    int place = waiting.place(kind);
    if (place < 0) {
      return;
    }
    waiting.place(kind, -1);
    Waiting<T> last = at(--size);
    heap[size] = null;
    if (place < size) {
      long moment = moments[size];
      if (place > 0 && moment < moments[parent(place)]) {
        rise(place, last, moment);
      } else {
        sink(place, last, moment);
      }
    }
  }

  /** Adds all whose moment is at or before {@code moment} to {@code found}, in no certain order. */
  void until(long moment, List<Waiting<T>> found) {
    collect(0, moment, found);
  }

  private void collect(int place, long moment, List<Waiting<T>> found) {
    // As deep as the heap, which is 15 for 20,000 demands.
    if (place < size && moments[place] <= moment) {
      found.add(at(place));
      collect(2 * place + 1, moment, found);
      collect(2 * place + 2, moment, found);
    }
  }

  private void rise(int from, Waiting<T> waiting, long moment) {
    int place = from;
    while (place > 0 && moment < moments[parent(place)]) {
      put(place, at(parent(place)), moments[parent(place)]);
      place = parent(place);
    }
    put(place, waiting, moment);
  }

  private void sink(int from, Waiting<T> waiting, long moment) {
    int place = from;
    while (2 * place + 1 < size) {
      int child = 2 * place + 1;
      if (child + 1 < size && moments[child + 1] < moments[child]) {
        child++;
      }
      if (moment <= moments[child]) {
        break;
      }
      put(place, at(child), moments[child]);
      place = child;
    }
    put(place, waiting, moment);
  }

  private void put(int place, Waiting<T> waiting, long moment) {
    heap[place] = waiting;
    moments[place] = moment;
    waiting.place(kind, place);
  }

  private Waiting<T> at(int place) {
    Waiting<T> waiting = heap[place];
    if (waiting == null) {
      throw new IllegalStateException("nothing at place " + place + " of " + size);
    }
    return waiting;
  }

  private static int parent(int place) {
    return (place - 1) >>> 1;
  }
}
