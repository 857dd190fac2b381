package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Watches how evenly a pool serves those who compete for others' engines. Once a second, what was
 * charged to organizations that waited all the time is compared with what their weights entitle
 * them to; the past fades exponentially. Not thread-safe.
 */
final class FairnessWatch {
  private static final long EVERY_NANOS = 1_000_000_000L;
  private static final double MINUTE_SECONDS = 60;
  private static final double QUARTER_SECONDS = 900;

  /** Less than a normalized token: faded away. */
  private static final double NOTHING = 1;

  private static final int CLASSES = ServiceClass.values().length;

  private long watchedAt;

  /** Time passed; does something once a second. */
  void observe(Collection<Tenant> tenants, long now) {
    if (now - watchedAt < EVERY_NANOS) {
      return;
    }
    double seconds = (now - watchedAt) / 1e9;
    watchedAt = now;
    double received = 0;
    double weights = 0;
    for (Tenant tenant : tenants) {
      if (tenant.competition().competed(tenant)) {
        received += tenant.competition().received();
        weights += tenant.weight();
      }
    }
    double minute = Math.exp(-seconds / MINUTE_SECONDS);
    double quarter = Math.exp(-seconds / QUARTER_SECONDS);
    for (Tenant tenant : tenants) {
      double entitled = weights > 0 ? received * tenant.weight() / weights : 0;
      tenant.competition().pass(tenant, entitled, minute, quarter);
    }
  }

  PoolFairness of(Collection<Tenant> tenants) {
    List<PoolFairness.Received> shares = new ArrayList<>();
    for (Tenant tenant : tenants) {
      Competition competition = tenant.competition();
      if (competition.entitledLately() > NOTHING) {
        shares.add(
            new PoolFairness.Received(
                tenant.name(), competition.minuteShare(), competition.quarterShare()));
      }
    }
    double gap = 0;
    for (int c = 0; c < CLASSES; c++) {
      gap = Math.max(gap, gap(tenants, c));
    }
    return new PoolFairness(List.copyOf(shares), gap, bound(tenants));
  }

  private static double gap(Collection<Tenant> tenants, int serviceClass) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Tenant tenant : tenants) {
      if (tenant.externalWaiting() > 0 && tenant.waiting(serviceClass) > 0) {
        least = Math.min(least, tenant.externalTime());
        most = Math.max(most, tenant.externalTime());
      }
    }
    return Math.max(0, most - least);
  }

  private static double bound(Collection<Tenant> tenants) {
    double largest = 0;
    double second = 0;
    for (Tenant tenant : tenants) {
      if (tenant.externalWaiting() > 0) {
        double charge = tenant.competition().largestCharge() / tenant.weight();
        second = Math.max(second, Math.min(charge, largest));
        largest = Math.max(largest, charge);
      }
    }
    return second > 0 ? largest + second : 0;
  }
}
