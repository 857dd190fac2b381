package org.archipel.relay;

/** A request that cannot be served, found while it was read. Carries no stack: it is an answer. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Failure failure;

  RefusedException(Failure failure) {
    super(failure.message(), null, false, false);
    this.failure = failure;
  }

  Failure failure() {
    return failure;
  }
}
