package org.archipel.server.cli;

/** A command that cannot do what it was asked for: one clear message, and an exit status. */
final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Refused, or failed. */
  static final int FAILED = 1;

  /** Used wrongly. */
  static final int USAGE = 2;

  private final int status;

  private Failure(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  static Failure failed(String message) {
    return new Failure(FAILED, message);
  }

  static Failure usage(String message) {
    return new Failure(USAGE, message);
  }

  int status() {
    return status;
  }
}
