package org.archipel.directory.quota;

/**
 * A request is not admitted, and nothing was taken for it.
 *
 * @param level where the limit stands that says no
 * @param kind which limit it is
 * @param lasting whether nothing but the next period, or a smaller request, helps; otherwise what
 *     now runs or the next minute gives room
 * @param retryAfterMillis when the limit may admit it if nobody else comes; at least 1
 * @param limit the limit's value
 * @param left what of it could be used now; at least 0
 */
public record Exhausted(
    QuotaLevel level,
    QuotaKind kind,
    boolean lasting,
    long retryAfterMillis,
    long limit,
    long left,
    RateLeft requests,
    RateLeft tokens)
    implements Admission {

  Exhausted with(RateLeft requestsLeft, RateLeft tokensLeft) {
    return new Exhausted(
        level, kind, lasting, retryAfterMillis, limit, left, requestsLeft, tokensLeft);
  }

  /** The one of two refusals that holds longer: it is useless to tell of the other. */
  static Exhausted longer(Exhausted one, Exhausted other) {
    if (one.lasting != other.lasting) {
      return one.lasting ? one : other;
    }
    return other.retryAfterMillis > one.retryAfterMillis ? other : one;
  }
}
