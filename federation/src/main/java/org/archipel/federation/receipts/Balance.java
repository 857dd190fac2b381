package org.archipel.federation.receipts;

/**
 * What stands between this site and another, in one currency.
 *
 * @param currency of the amounts; empty for requests without a price
 * @param givenRequests served here for the other site
 * @param givenMicroCurrency what this site's receipts for them ask
 * @param takenRequests served there, receipts and own records agreeing
 * @param takenMicroCurrency what those receipts ask
 * @param disputedRequests receipts of the other site that do not agree with own records
 * @param disputedMicroCurrency what those ask
 * @param waitingRequests receipts whose own records are not there yet
 */
public record Balance(
    String currency,
    long givenRequests,
    long givenMicroCurrency,
    long takenRequests,
    long takenMicroCurrency,
    long disputedRequests,
    long disputedMicroCurrency,
    long waitingRequests) {

  /** What this site owes to the other; negative when the other one owes. */
  public long owedMicroCurrency() {
    return takenMicroCurrency - givenMicroCurrency;
  }
}
