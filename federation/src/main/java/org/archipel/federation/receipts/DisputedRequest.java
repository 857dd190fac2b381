package org.archipel.federation.receipts;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request on which a receipt and this site's own record do not agree, with the numbers of both.
 *
 * @param sequence of the receipt; empty when it is missing
 * @param request the id of this site's record
 * @param reason why
 * @param at when it was found
 * @param own what this site's record says; empty when there is none
 * @param theirs what the receipt says; empty when there is none
 */
public record DisputedRequest(
    OptionalLong sequence,
    String request,
    Dispute reason,
    Instant at,
    Optional<Numbers> own,
    Optional<Numbers> theirs) {

  /**
   * What one side says.
   *
   * @param outcome a word
   * @param microCurrency what it cost; empty when it has no price
   */
  public record Numbers(
      String outcome,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      long engineMicros,
      OptionalLong microCurrency,
      String currency) {}
}
