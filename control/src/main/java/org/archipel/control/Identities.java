package org.archipel.control;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;

/** Finds out who is calling: the administrator by the token. */
final class Identities {
  private final AdminToken token;

  Identities(AdminToken token) {
    this.token = token;
  }

  /** Whether the caller says who it is, with a chance that it is true; never blocks. */
  boolean claimed(RequestHeaders headers) {
    return token.matches(headers.get(HttpHeaderNames.AUTHORIZATION, ""));
  }

  /**
   * Who is calling. May block.
   *
   * @throws Refusal 401 when it is not known
   */
  Identity identify(RequestHeaders headers) {
    if (token.matches(headers.get(HttpHeaderNames.AUTHORIZATION, ""))) {
      return Identity.ADMINISTRATOR;
    }
    throw unknown();
  }

  /** The refusal of whoever is not known. */
  Refusal unknown() {
    return new Refusal(
        Problem.Kind.UNAUTHENTICATED,
        "the administrator's token is missing or wrong (expected: Authorization: Bearer with"
            + " what <data>/admin.token holds)");
  }

  /**
   * Makes sure that a change comes from our own page.
   *
   * @throws Refusal 403 when not
   */
  void checkNotForged(RequestHeaders headers) {
    throw new Refusal(Problem.Kind.CSRF, "x-csrf-token: missing (expected: the session's)");
  }
}
