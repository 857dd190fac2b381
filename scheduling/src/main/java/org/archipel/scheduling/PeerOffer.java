package org.archipel.scheduling;

import java.util.Set;

/**
 * What another site offers for the model of a pool, as far as this site knows: its last advert and
 * what was measured and agreed here. Immutable.
 *
 * @param site the site's id
 * @param model what the model is called there
 * @param room what it advertised
 * @param labels what the site is known to be
 * @param roundTripNanos to the site and back, as measured here; at least 0
 * @param receivedNanos when the advert came, on the clock of the pool's callers
 * @param priceMicroPerMillionTokens the advertised price, in micro-currency; at least 0
 * @param owedMicroCurrency what this site owes to that one; negative when it is owed
 */
public record PeerOffer(
    String site,
    String model,
    PoolOffer room,
    Set<String> labels,
    long roundTripNanos,
    long receivedNanos,
    long priceMicroPerMillionTokens,
    long owedMicroCurrency) {

  public PeerOffer {
    Checks.notNegative("round_trip", (double) roundTripNanos);
    Checks.notNegative("price", (double) priceMicroPerMillionTokens);
    labels = Set.copyOf(labels);
  }
}
