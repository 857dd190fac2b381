package org.archipel.ledger;

import java.time.LocalDate;
import java.time.YearMonth;

/**
 * What was used on one day (UTC) of one sort, and what it costs.
 *
 * @param kind why it is charged
 * @param day when it was used; of a settlement, when it was agreed
 * @param billed the month in whose statements it is
 * @param consumer the organization that used it, and its project
 * @param place what was used
 * @param currency of the amount; empty when nothing was priced
 * @param used how much
 * @param microCurrency what it costs
 * @param reason of a settlement; else empty
 */
public record Charge(
    Kind kind,
    LocalDate day,
    YearMonth billed,
    UsageScope.Project consumer,
    Place place,
    String currency,
    Statement.Volume used,
    long microCurrency,
    String reason) {

  /** Why something is charged. */
  public enum Kind {
    /** It was used; corrections of months that were open are in it. */
    USAGE,
    /** It was used in a month that was closed when its record came. */
    LATE,
    /** A correction of a month that was closed. */
    SETTLEMENT
  }

  /**
   * What was used.
   *
   * @param model the model's id
   * @param engine the engine's id; empty when none was reached
   * @param owner of the engine; empty when none was reached
   * @param serviceClass the class; may be empty
   * @param servedBy the other site that served it; empty when this one did
   */
  public record Place(
      String model, String engine, String owner, String serviceClass, String servedBy) {}
}
