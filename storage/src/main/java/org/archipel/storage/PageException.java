package org.archipel.storage;

/** A page is asked for that cannot be. The message is made for the client. */
public final class PageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PageException(String message) {
    super(message);
  }
}
