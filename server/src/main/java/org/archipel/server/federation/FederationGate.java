package org.archipel.server.federation;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.archipel.directory.access.SiteKey;
import org.archipel.federation.overflow.Assertion;
import org.archipel.federation.overflow.Assertions;
import org.archipel.federation.overflow.Guests;
import org.archipel.federation.overflow.UnwelcomeException;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.Trust;
import org.archipel.relay.OverflowFacts;
import org.archipel.relay.Passport;
import org.archipel.relay.PeerGate;
import org.archipel.relay.Visit;
import org.archipel.relay.VisitCheck;
import org.archipel.scheduling.ServiceClass;

/** Joins the federation's assertions to the relay. Thread-safe. */
public final class FederationGate implements PeerGate {
  private final Trust trust;
  private final Assertions assertions;
  private final Guests guests;
  private final SiteKey key;
  private final Optional<Path> caCertificates;

  /**
   * @param caCertificates authorities to trust instead of the system's when another site is called
   */
  public FederationGate(
      Trust trust,
      Assertions assertions,
      Guests guests,
      SiteKey key,
      Optional<Path> caCertificates) {
    this.trust = trust;
    this.assertions = assertions;
    this.guests = guests;
    this.key = key;
    this.caCertificates = caCertificates;
  }

  @Override
  public Optional<Passport> passport(OverflowFacts facts) {
    return trust.partners().stream()
        .filter(partner -> partner.siteId().equals(facts.site()) && partner.trusted())
        .findFirst()
        .map(partner -> passport(facts, partner));
  }

  private Passport passport(OverflowFacts facts, Partner to) {
    OptionalLong left =
        facts.deadlineNanos().isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(
                Math.max(1, TimeUnit.NANOSECONDS.toMillis(facts.deadlineNanos().getAsLong())));
    Assertion says =
        new Assertion(
            facts.caller().organization(),
            pseudonym(facts.caller(), to),
            facts.serviceClass().word(),
            left,
            facts.labels(),
            facts.request(),
            text(facts.target()));
    return new Passport(
        URI.create(to.entityId()), caCertificates, to.organization(), assertions.make(says, to));
  }

  /** Another one at each site, so that two of them cannot compare. */
  private String pseudonym(OverflowFacts.Who who, Partner to) {
    return key.pseudonym(
        "project at " + to.entityId(),
        who.organization().length() + who.organization() + who.project());
  }

  private static String text(OverflowFacts.Target target) {
    return target.method() + " " + target.path();
  }

  @Override
  public VisitCheck admit(String assertion, OverflowFacts.Target target) {
    try {
      return new VisitCheck.Accepted(visit(guests.admit(assertion, text(target))));
    } catch (DistrustException e) {
      return new VisitCheck.Refused(VisitCheck.Why.NOT_BELIEVED, e.reason().word());
    } catch (UnwelcomeException e) {
      VisitCheck.Why why =
          switch (e.reason()) {
            case MALFORMED, SECOND_HOP, OTHER_REQUEST, VALID_TOO_LONG ->
                VisitCheck.Why.NOT_BELIEVED;
            case ORGANIZATION_REFUSED, NOT_SHARED -> VisitCheck.Why.NOT_ALLOWED;
            case FLOOD -> VisitCheck.Why.NO_CREDIT;
          };
      return new VisitCheck.Refused(why, e.reason().word());
    }
  }

  private static Visit visit(Guests.Guest guest) {
    Assertion says = guest.says();
    OptionalLong left =
        says.deadlineMillis().isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(TimeUnit.MILLISECONDS.toNanos(says.deadlineMillis().getAsLong()));
    return new Visit(
        guest.caller(),
        guest.from().siteId(),
        says.request(),
        serviceClass(says.serviceClass()),
        left,
        says.labels());
  }

  private static ServiceClass serviceClass(String word) {
    for (ServiceClass known : ServiceClass.values()) {
      if (known.word().equals(word)) {
        return known;
      }
    }
    throw new IllegalStateException("an assertion that was checked has a class");
  }
}
