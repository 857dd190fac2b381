package org.archipel.control;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.archipel.directory.access.Persons;
import org.archipel.directory.access.Session;
import org.archipel.directory.access.Sessions;
import org.archipel.directory.access.Subject;

/**
 * Finds out who is calling: the administrator by the token, a person by the session of its browser.
 * Roles are read each time, so that a revoked one ends at once.
 */
final class Identities {
  private final AdminToken token;
  private final Sessions sessions;
  private final Persons persons;
  private final Cookies cookies;

  Identities(AdminToken token, Sessions sessions, Persons persons, Cookies cookies) {
    this.token = token;
    this.sessions = sessions;
    this.persons = persons;
    this.cookies = cookies;
  }

  /** Whether the caller says who it is, with a chance that it is true; never blocks. */
  boolean claimed(RequestHeaders headers) {
    return byToken(headers) || cookies.session(headers).isPresent();
  }

  private boolean byToken(RequestHeaders headers) {
    return token.matches(headers.get(HttpHeaderNames.AUTHORIZATION, ""));
  }

  /**
   * Who is calling. Blocks on the database.
   *
   * @throws Refusal 401 when it is not known
   */
  Identity identify(RequestHeaders headers) {
    if (byToken(headers)) {
      return Identity.ADMINISTRATOR;
    }
    Optional<String> cookie = cookies.session(headers);
    return cookie
        .flatMap(sessions::find)
        .flatMap(this::subject)
        .map(subject -> new Identity(subject, cookie))
        .orElseThrow(this::unknown);
  }

  private Optional<Subject> subject(Session session) {
    return session.person().map(persons::subject).orElse(Optional.of(Subject.ADMINISTRATOR));
  }

  /** The refusal of whoever is not known. */
  Refusal unknown() {
    return new Refusal(
        Problem.Kind.UNAUTHENTICATED,
        "the administrator's token is missing or wrong (expected: Authorization: Bearer with"
            + " what <data>/admin.token holds, or a session)");
  }

  /**
   * Makes sure that a change by a browser comes from our own page.
   *
   * @throws Refusal 403 when not
   */
  static void checkNotForged(String session, RequestHeaders headers) {
    String given = headers.get("x-csrf-token", "");
    String expected = Cookies.csrfToken(session);
    boolean same =
        MessageDigest.isEqual(
            given.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
    String from = headers.get("sec-fetch-site", "same-origin");
    if (!same || !(from.equals("same-origin") || from.equals("none"))) {
      throw new Refusal(
          Problem.Kind.CSRF, "x-csrf-token: missing or wrong (expected: what /api/v1/me says)");
    }
  }
}
