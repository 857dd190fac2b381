package org.archipel.directory.quota;

import java.time.Instant;

/**
 * Something that somebody should know of: so far, that a budget is nearly or wholly used.
 *
 * @param id rises with time
 * @param at when it was noticed, to the millisecond
 * @param warning what happened
 */
public record Event(String id, Instant at, BudgetWarning warning) {
  /** What kind of event it is. */
  public String kind() {
    return warning.threshold() >= 100 ? "budget.exhausted" : "budget.warning";
  }
}
