package org.archipel.bench;

/** What came over a connection is not HTTP/1.1 as this module speaks it. */
final class MalformedMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedMessageException(String message) {
    // No stack trace: a broken peer may cause thousands of these in the middle of a measurement.
    super(message, null, false, false);
  }
}
