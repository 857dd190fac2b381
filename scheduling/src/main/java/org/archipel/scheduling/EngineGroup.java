package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engines of one owner in a pool. Their saturation is weighted by speed, since an unweighted
 * mean of unequal engines says nothing (scheduling.md §1). Not thread-safe.
 */
final class EngineGroup {
  /** Over about so long an owner's use is averaged (tau of scheduling.md §5.1). */
  private static final double USE_MEMORY_SECONDS = 30;

  /** Below this an owner does not need to be protected: it is served first anyway. */
  private static final double INACTIVE_SHARE = 0.001;

  private final String owner;
  private final List<Engine> engines = new ArrayList<>();
  private final List<Engine> open = new ArrayList<>();
  private final DrainRate drain = new DrainRate();
  private @Nullable Tenant tenant;
  private double rates;
  private double loads;
  private double capacity;
  private double used;
  private long usedAt;
  private boolean ownerActive;
  private int up;

  EngineGroup(String owner) {
    this.owner = owner;
  }

  String owner() {
    return owner;
  }

  /** The owner's own demands, once it had any. */
  @Nullable Tenant tenant() {
    return tenant;
  }

  void tenant(Tenant owning) {
    tenant = owning;
  }

  /** The rate at which the owner's demands are started on them. */
  DrainRate drain() {
    return drain;
  }

  /** All that were ever up. */
  List<Engine> engines() {
    return engines;
  }

  /** Engines on which something may be started, as far as their own state says. */
  List<Engine> open() {
    return open;
  }

  /** How full the owner's engines are, 0 to 1; 1 when none is up. */
  double saturation() {
    return rates > 0 ? Math.max(0, loads / rates) : 1;
  }

  double rates() {
    return rates;
  }

  double loads() {
    return loads;
  }

  boolean anyUp() {
    return up > 0;
  }

  void upChanged(int by) {
    up += by;
  }

  /** An engine's share of the sums changed. */
  void changed(double rateBy, double loadBy) {
    rates += rateBy;
    loads += loadBy;
  }

  /** Sums of many small changes drift; now and then they are made anew. */
  void forgetSums() {
    rates = 0;
    loads = 0;
  }

  /** A demand of the owner was started. */
  void used(double cost, long now) {
    fade(now);
    used += cost;
    ownerActive = true;
  }

  /** Whether the owner had demands lately. */
  boolean ownerActive() {
    return ownerActive;
  }

  /** The share of the engines' capacity that the owner lately used; may be over 1. */
  double usedShare(long now) {
    fade(now);
    double share = capacity > 0 ? used / USE_MEMORY_SECONDS / capacity : 0;
    ownerActive = share > INACTIVE_SHARE;
    return share;
  }

  private void fade(long now) {
    used *= Math.exp(-(now - usedAt) / 1e9 / USE_MEMORY_SECONDS);
    usedAt = now;
  }

  /** What the engines that are up can probably do, in normalized prompt tokens per second. */
  double capacity() {
    return capacity;
  }

  void capacity(double costPerSecond) {
    capacity = costPerSecond;
  }
}
