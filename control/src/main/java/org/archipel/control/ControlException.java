package org.archipel.control;

/** The control listener cannot be started. Its message is for the operator. */
public final class ControlException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ControlException(String message, Throwable cause) {
    super(message, cause);
  }
}
