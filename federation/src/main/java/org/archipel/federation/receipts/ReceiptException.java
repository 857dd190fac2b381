package org.archipel.federation.receipts;

/** Receipts that came from a partner are refused as a whole, with what is wrong in them. */
public final class ReceiptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ReceiptException(String message) {
    super(message);
  }
}
