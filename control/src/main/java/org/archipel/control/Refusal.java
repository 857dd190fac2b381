package org.archipel.control;

import com.linecorp.armeria.common.HttpStatus;

/** A request that is answered with a problem (RFC 9457). Its message is shown to the caller. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient HttpStatus status;

  Refusal(HttpStatus status, String detail) {
    super(detail, null, false, false);
    this.status = status;
  }

  static Refusal badRequest(String detail) {
    return new Refusal(HttpStatus.BAD_REQUEST, detail);
  }

  HttpStatus status() {
    return status;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
