package org.archipel.directory.quota;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a quota leaves at this moment.
 *
 * @param running requests that wait or run
 * @param requests what is left of the requests in a minute
 * @param tokens what is left of the tokens in a minute
 * @param budgets what is left of each budget
 */
public record QuotaStanding(
    long running, RateLeft requests, RateLeft tokens, Map<QuotaKind, BudgetStanding> budgets) {
  public QuotaStanding {
    EnumMap<QuotaKind, BudgetStanding> ordered = new EnumMap<>(QuotaKind.class);
    ordered.putAll(budgets);
    budgets = Collections.unmodifiableMap(ordered);
  }

  /** What is left of one budget; empty when the quota has none of that kind. */
  public Optional<BudgetStanding> budget(QuotaKind kind) {
    return Optional.ofNullable(budgets.get(kind));
  }

  /**
   * A budget in its present period, in tokens or microCurrency.
   *
   * @param limit what may be used
   * @param used what was used by requests that are over
   * @param reserved what is held for those that are not
   * @param left what a new request could reserve, at least 0
   * @param since when the period began
   * @param until when it ends
   */
  public record BudgetStanding(
      long limit, long used, long reserved, long left, Instant since, Instant until) {
    static BudgetStanding of(QuotaKind kind, long period, long limit, long used, long reserved) {
      return new BudgetStanding(
          limit,
          used,
          reserved,
          Math.max(0, limit - used - reserved),
          Instant.ofEpochMilli(Period.begin(kind.monthly(), period)),
          Instant.ofEpochMilli(Period.end(kind.monthly(), period)));
    }
  }
}
