package org.archipel.federation.receipts;

import java.util.Optional;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.Trust;
import org.archipel.federation.trust.Verified;

/** Checks signed batches of receipts and puts them into the book. Thread-safe; blocks. */
final class ReceiptTaking {
  /** A partner that never ends has its next turn later. */
  private static final int MOST_BATCHES = 200;

  private final Trust trust;
  private final String self;
  private final ReceiptBook book;

  /**
   * @param self this site's entity id
   */
  ReceiptTaking(Trust trust, String self, ReceiptBook book) {
    this.trust = trust;
    this.self = self;
    this.book = book;
  }

  /** Asks a partner for the receipts after a sequence. */
  @FunctionalInterface
  interface Asking<X extends Exception> {
    /** The signed batch. */
    String batch(long after) throws X, InterruptedException;
  }

  /**
   * Takes all that a partner has.
   *
   * @return how many receipts came
   * @throws DistrustException when the signer is not that partner
   * @throws ReceiptException when a batch is not what was asked for
   */
  <X extends Exception> long takeAll(Partner partner, Asking<X> asking)
      throws X, InterruptedException {
    long taken = 0;
    for (int batches = 0; batches < MOST_BATCHES; batches++) {
      long after = book.last(partner.siteId());
      Optional<ReceiptBatch> batch = take(partner, after, asking.batch(after));
      taken += batch.map(b -> (long) b.receipts().size()).orElse(0L);
      if (batch.isEmpty() || after + batch.get().receipts().size() >= batch.get().last()) {
        break;
      }
    }
    return taken;
  }

  /** Takes one batch; empty when there was nothing in it. */
  Optional<ReceiptBatch> take(Partner partner, long after, String signed) {
    Verified said = trust.verify(signed, ReceiptBatch.TYP, self);
    if (!said.partner().entityId().equals(partner.entityId())) {
      throw new DistrustException(
          Distrust.BROKEN_LINK, "receipts of " + said.partner().siteId() + " from another site");
    }
    ReceiptBatch batch = ReceiptBatch.read(partner.siteId(), after, said.claims());
    book.take(partner.siteId(), batch, signed);
    return Optional.of(batch).filter(some -> !some.receipts().isEmpty());
  }
}
