package org.archipel.control;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.archipel.control.oidc.Provider;
import org.archipel.directory.access.OneTimeLinks;
import org.archipel.directory.access.Person;
import org.archipel.directory.access.Persons;
import org.archipel.directory.access.SessionLimits;
import org.archipel.directory.access.Sessions;
import org.archipel.directory.access.SignedIn;
import org.archipel.directory.access.SiteKey;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;

/** Persons, sessions and links on a database whose directory is open. */
final class TestAccess {
  static final String SITE_KEY = "0123456789abcdef0123456789abcdef";

  final AccessParts parts;
  final SiteKey key;

  TestAccess(Database database, AuditLog audit, Clock clock, List<Provider> providers) {
    SecureRandom random = new SecureRandom();
    key = new SiteKey(SITE_KEY, random);
    parts =
        new AccessParts(
            new Persons(database, audit, key, clock, random),
            new Sessions(database, SessionLimits.DEFAULTS, key, clock, random),
            new OneTimeLinks(clock, random),
            new SignInParts(
                new PublicAddress(Optional.of(URI.create("http://127.0.0.1:8081"))),
                key,
                providers));
  }

  /** Somebody who has signed in and has no role. */
  Person person(String subject) {
    return person(subject, subject);
  }

  Person person(String subject, String name) {
    return parts
        .persons()
        .signedIn(new SignedIn("https://idp.example", subject, name, Optional.empty(), Set.of()));
  }

  /** The headers of somebody's browser, newly signed in. */
  String[] browser(Person person) {
    String session =
        parts.sessions().open(person.id(), new Sessions.By("test", Optional.empty(), "jwt"));
    return headers(session);
  }

  static String[] headers(String session) {
    return new String[] {
      "cookie", "archipel-session=" + session, "x-csrf-token", Cookies.csrfToken(session)
    };
  }
}
