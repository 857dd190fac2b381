package org.archipel.relay;

/** What an engine sent is not an HTTP/1.1 response that can be read. Carries nothing of it. */
final class MalformedResponseException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedResponseException(String message) {
    super(message);
  }
}
