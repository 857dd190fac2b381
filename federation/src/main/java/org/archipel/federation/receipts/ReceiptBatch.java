package org.archipel.federation.receipts;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.archipel.ledger.Crossing;

/**
 * Receipts that follow each other, as they are signed together.
 *
 * @param after the sequence before the first
 * @param last the highest sequence that there was at the serving site
 * @param receipts in sequence, without gaps
 */
record ReceiptBatch(long after, long last, List<Crossing> receipts) {
  /** The header's {@code typ}. */
  static final String TYP = "archipel-receipts+jwt";

  static final int MOST = 500;

  ReceiptBatch {
    receipts = List.copyOf(receipts);
  }

  /** The claims of what was given. */
  JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .claim("after", after)
        .claim("last", last)
        .claim("receipts", receipts.stream().map(ReceiptForm::write).toList());
  }

  /**
   * Reads what a partner signed.
   *
   * @param site its id
   * @param asked the sequence after which it was asked
   * @throws ReceiptException when it is no answer to that, or has a gap
   */
  static ReceiptBatch read(String site, long asked, JWTClaimsSet claims) {
    Map<String, Object> all = claims.getClaims();
    long after = ReceiptForm.count(all, "after", Long.MAX_VALUE);
    long last = ReceiptForm.count(all, "last", Long.MAX_VALUE);
    if (after != asked) {
      throw new ReceiptException("after: " + after + " (expected: " + asked + ")");
    }
    if (!(all.get("receipts") instanceof List<?> forms) || forms.size() > MOST) {
      throw new ReceiptException("receipts: none or too many (expected: at most " + MOST + ")");
    }
    List<Crossing> receipts = new ArrayList<>(forms.size());
    long next = after;
    for (Object form : forms) {
      if (!(form instanceof Map<?, ?> members)) {
        throw new ReceiptException("receipts: not an object (expected: receipts)");
      }
      Crossing receipt = ReceiptForm.read(site, members);
      next++;
      if (receipt.sequence() != next) {
        throw new ReceiptException(
            "n: " + receipt.sequence() + " (expected: " + next + ", there is a gap)");
      }
      receipts.add(receipt);
    }
    if (last < next) {
      throw new ReceiptException("last: " + last + " (expected: at least " + next + ")");
    }
    return new ReceiptBatch(after, last, receipts);
  }
}
