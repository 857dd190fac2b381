package org.archipel.federation.adverts;

/** A line of a partner's stream is none. */
final class AdvertException extends Exception {
  private static final long serialVersionUID = 1L;

  AdvertException(String message) {
    super(message);
  }
}
