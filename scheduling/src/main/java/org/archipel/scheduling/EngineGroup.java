package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engines of one owner in a pool. Their saturation is weighted by speed, since an unweighted
 * mean of unequal engines says nothing (scheduling.md §1). Not thread-safe.
 */
final class EngineGroup {
  private final String owner;
  private final List<Engine> open = new ArrayList<>();
  private final DrainRate drain = new DrainRate();
  private @Nullable Tenant tenant;
  private double rates;
  private double loads;
  private double capacity;
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

  /** What the engines that are up can probably do, in normalized prompt tokens per second. */
  double capacity() {
    return capacity;
  }

  void capacity(double costPerSecond) {
    capacity = costPerSecond;
  }
}
