package org.archipel.server.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets so many label sets in and no more, since each costs memory here and in every Prometheus that
 * reads them. Who came first stays, so that a series does not flicker. Thread-safe; waits only
 * while it fills.
 *
 * @param <K> the labels
 */
final class LabelCap<K> {
  /** As llm-d caps its own (scheduling.md §2.1). */
  static final int USUAL = 1000;

  /** What a label is called whose set came too late. */
  static final String OTHER = "other";

  private final int most;
  private final Set<K> admitted = ConcurrentHashMap.newKeySet();

  /**
   * @param most how many are let in, at least 0
   */
  LabelCap(int most) {
    this.most = most;
  }

  /** The key itself when it is in or there is room, else {@code other}. */
  K admit(K key, K other) {
    if (admitted.contains(key)) {
      return key;
    }
    if (admitted.size() >= most) {
      return other;
    }
    synchronized (admitted) {
      return admitted.size() < most || admitted.contains(key) ? added(key) : other;
    }
  }

  private K added(K key) {
    admitted.add(key);
    return key;
  }
}
