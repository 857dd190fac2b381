package org.archipel.directory.quota;

/**
 * A budget is nearly or wholly used.
 *
 * @param scope whose budget it is
 * @param quota the quota's id
 * @param kind which of its budgets
 * @param period the UTC day or month, {@code 2026-11-30} or {@code 2026-11}
 * @param threshold 80 or 100, in percent
 * @param limit tokens or microCurrency
 * @param used tokens or microCurrency, at the moment at which the threshold was passed
 */
public record BudgetWarning(
    QuotaScope scope,
    String quota,
    QuotaKind kind,
    String period,
    int threshold,
    long limit,
    long used) {
  /** The same text for the same warning, also after a restart. */
  String occasion() {
    return "budget:" + quota + ":" + kind.word() + ":" + period + ":" + threshold + ":" + limit;
  }
}
