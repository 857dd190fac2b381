package org.archipel.federation.receipts;

import java.util.Locale;

/** Why a receipt and this site's own record do not agree. The catalogue is closed. */
public enum Dispute {
  /** This site has no record of such a request with that site. */
  NO_RECORD,
  /** This site has a record, and no receipt came. */
  NO_RECEIPT,
  /** Another receipt for the same request was settled before. */
  DUPLICATE,
  /** It charges another organization than the one that asked. */
  ORGANIZATION,
  /** It names a model that this site did not ask for, nor one that may answer in its place. */
  MODEL,
  /** It names a less patient class than was asked for. */
  CLASS,
  /** One says that the request was completed, the other that it was not. */
  OUTCOME,
  /** The numbers of tokens differ, or the length of audio. */
  TOKENS,
  /** More time on engines than the request took. */
  ENGINE_TIME,
  /** It was served at another time than when this site waited for it. */
  TIME,
  /** The price is not the one that was advertised. */
  PRICE;

  /** As it is written in the store, the API and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Dispute of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
