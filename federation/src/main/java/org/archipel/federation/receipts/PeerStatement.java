package org.archipel.federation.receipts;

import java.time.Instant;
import java.time.YearMonth;

/**
 * A month on which this site and another agreed.
 *
 * @param site the other site's id
 * @param month in UTC
 * @param account the canonical JSON text that both signed
 * @param digest its SHA-256 in hexadecimal
 * @param ownSignature this site's JWS over it
 * @param theirSignature the other site's
 * @param agreedAt when both signatures were here
 */
public record PeerStatement(
    String site,
    YearMonth month,
    String account,
    String digest,
    String ownSignature,
    String theirSignature,
    Instant agreedAt) {

  static PeerStatement of(StatementRows.Agreed agreed) {
    return new PeerStatement(
        agreed.site(),
        agreed.month(),
        agreed.account(),
        agreed.digest(),
        agreed.ownSignature(),
        agreed.theirSignature(),
        agreed.agreedAt());
  }
}
