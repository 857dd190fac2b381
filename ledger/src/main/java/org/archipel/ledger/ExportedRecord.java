package org.archipel.ledger;

import java.time.YearMonth;

/**
 * A record, and what was changed of it since.
 *
 * @param record as it was settled
 * @param corrected the sum of the differences of tokens
 * @param currency of the price and of its corrections; the ledger's where nothing was priced
 * @param correctedMicroCurrency the sum of the corrections of the price in that currency
 * @param stated the month in whose statements it is: its own, unless it came after that was closed
 */
public record ExportedRecord(
    UsageRecord record,
    Correction.Difference corrected,
    String currency,
    long correctedMicroCurrency,
    YearMonth stated) {

  /** What the request costs now. */
  public long microCurrency() {
    return Math.addExact(
        record.price().map(UsageRecord.Price::microCurrency).orElse(0L), correctedMicroCurrency);
  }
}
