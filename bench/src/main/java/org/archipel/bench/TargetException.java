package org.archipel.bench;

/** A target, or a program it needs, could not be started. The message is for the operator. */
final class TargetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TargetException(String message) {
    super(message);
  }
}
