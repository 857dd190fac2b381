package org.archipel.control;

import com.linecorp.armeria.common.HttpStatus;

/** A request that is answered with a problem (RFC 9457). Its message is shown to the caller. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Problem.Kind kind;

  Refusal(Problem.Kind kind, String detail) {
    super(detail, null, false, false);
    this.kind = kind;
  }

  /**
   * The request is wrong.
   *
   * @param detail {@code field: value (expected: …)} when it is about one field
   */
  static Refusal badRequest(String detail) {
    return new Refusal(Problem.Kind.INVALID_REQUEST, detail);
  }

  /** There is no such thing, or none that the caller may know of. */
  static Refusal notFound(String detail) {
    return new Refusal(Problem.Kind.NOT_FOUND, detail);
  }

  /** The caller may not do that. */
  static Refusal notPermitted(String detail) {
    return new Refusal(Problem.Kind.NOT_PERMITTED, detail);
  }

  Problem.Kind kind() {
    return kind;
  }

  HttpStatus status() {
    return kind.status();
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
