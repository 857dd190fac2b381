package org.archipel.federation.overflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.archipel.directory.AllowedModels;
import org.archipel.directory.Caller;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyTerms;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.DistrustException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Assertions, from being made to being used up, and who is let in with one. */
class GuestsTest {
  private static final String TARGET = "POST /v1/chat/completions";
  private static final Assertion SAYS =
      new Assertion(
          "univ-rennes",
          "p-1",
          "standard",
          OptionalLong.of(5_000),
          Set.of("hds"),
          "record-1",
          TARGET);

  private final Clock clock = Clock.fixed(Instant.parse("2027-01-01T00:00:00Z"), ZoneOffset.UTC);
  private final AtomicLong nanos = new AtomicLong();
  private final Set<String> suspended = new HashSet<>();
  private TwoSites sites;
  private Assertions rennes;
  private Assertions lille;
  private Guests guests;

  @BeforeEach
  void start() throws Exception {
    sites = new TwoSites(clock);
    rennes = new Assertions(sites, sites, clock, UUID::randomUUID);
    lille = new Assertions(sites.lille(), sites, clock, UUID::randomUUID);
    guests = guests(SharePolicy.EVERYTHING);
  }

  private Guests guests(SharePolicy shares) {
    return new Guests(lille, new Known(), shares, nanos::get);
  }

  private final class Known implements Guests.Members {
    @Override
    public boolean knows(String organization) {
      return organization.equals("cnrs") || suspended.contains(organization);
    }

    @Override
    public KeyCheck admit(Caller caller) {
      return suspended.contains(caller.organization())
          ? KeyCheck.Rejected.SUSPENDED
          : new KeyCheck.Accepted(caller);
    }
  }

  private String made() {
    return rennes.make(SAYS, TwoSites.LILLE);
  }

  /** What a partner could sign who does not keep to the rules. */
  private String signed(UnaryOperator<Map<String, Object>> change) {
    Map<String, Object> claims = new HashMap<>();
    claims.put("aud", TwoSites.LILLE.entityId());
    claims.put("jti", UUID.randomUUID().toString());
    claims.put("exp", Date.from(clock.instant().plusSeconds(60)));
    claims.put("hop", 1L);
    claims.put("organization", "univ-rennes");
    claims.put("project", "p-1");
    claims.put("class", "interactive");
    claims.put("request", "record-1");
    try {
      claims.put(
          "target",
          com.nimbusds.jwt.SignedJWT.parse(made()).getJWTClaimsSet().getStringClaim("target"));
    } catch (java.text.ParseException e) {
      throw new IllegalStateException(e);
    }
    JWTClaimsSet.Builder builder = new JWTClaimsSet.Builder();
    change.apply(claims).forEach(builder::claim);
    return sites.sign(Assertions.TYP, builder.build());
  }

  private String with(String claim, Object value) {
    return signed(
        claims -> {
          claims.put(claim, value);
          return claims;
        });
  }

  private void refused(String assertion, Unwelcome reason) {
    assertThatThrownBy(() -> guests.admit(assertion, TARGET))
        .isInstanceOfSatisfying(
            UnwelcomeException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private void distrusted(String assertion, Distrust reason) {
    assertThatThrownBy(() -> guests.admit(assertion, TARGET))
        .isInstanceOfSatisfying(
            DistrustException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  void whatOneSiteSaysTheOtherHears() {
    Guests.Guest guest = guests.admit(made(), TARGET);
    assertThat(guest.says()).isEqualTo(SAYS);
    assertThat(guest.from()).isEqualTo(TwoSites.RENNES);
    assertThat(guest.caller().organization()).isEqualTo("univ-rennes");
    assertThat(guest.caller().project()).isEqualTo("p-1");
    assertThat(guest.caller().terms().maxClass()).isEqualTo(KeyTerms.ServiceClass.STANDARD);
  }

  @Test
  void anAssertionIsGoodOnce() {
    String assertion = made();
    guests.admit(assertion, TARGET);
    distrusted(assertion, Distrust.REPLAYED);
  }

  @Test
  void anAssertionForAnotherSiteIsNone() {
    distrusted(rennes.make(SAYS, TwoSites.RENNES), Distrust.WRONG_AUDIENCE);
  }

  @Test
  void anAssertionForAnotherPathOrMethodIsNone() {
    assertThatThrownBy(() -> guests.admit(made(), "POST /v1/embeddings"))
        .hasMessageStartingWith("other_request");
    assertThatThrownBy(() -> guests.admit(made(), "PUT /v1/chat/completions"))
        .hasMessageStartingWith("other_request");
  }

  @Test
  void whoComesFromAThirdSiteIsRefused() {
    refused(with("hop", 2L), Unwelcome.SECOND_HOP);
    refused(with("hop", "1"), Unwelcome.MALFORMED);
    refused(with("hop", 0L), Unwelcome.MALFORMED);
  }

  @Test
  void nobodySignsForHours() {
    Date late = Date.from(clock.instant().plusSeconds(3_600));
    refused(with("exp", late), Unwelcome.VALID_TOO_LONG);
  }

  @ParameterizedTest
  @CsvSource({
    "class, urgent",
    "class, ''",
    "organization, ''",
    "organization, 'two words'",
    "project, \"quoted\"",
    "request, 'line\nbreak'",
    "deadline_ms, soon"
  })
  void claimsThatHaveNotTheFormAreRefused(String claim, String value) {
    refused(with(claim, value), Unwelcome.MALFORMED);
  }

  @Test
  void claimsThatAreTooLargeAreRefused() {
    refused(with("organization", "x".repeat(129)), Unwelcome.MALFORMED);
    refused(with("deadline_ms", 0L), Unwelcome.MALFORMED);
    refused(with("deadline_ms", 86_400_001L), Unwelcome.MALFORMED);
    List<String> many = java.util.stream.IntStream.range(0, 33).mapToObj(i -> "l" + i).toList();
    refused(with("labels", many), Unwelcome.MALFORMED);
    refused("x".repeat(5_000), Unwelcome.MALFORMED);
  }

  @Test
  void garbageIsRefusedByName() {
    distrusted("", Distrust.MALFORMED);
    distrusted("a.b.c", Distrust.MALFORMED);
    String forged = made();
    distrusted(forged.substring(0, forged.length() - 8) + "AAAAAAAA", Distrust.SIGNATURE_INVALID);
  }

  @Test
  void aPartnerThatFloodsIsStoppedAndComesBack() {
    for (int i = 0; i < 1_000; i++) {
      guests.admit(made(), TARGET);
    }
    refused(made(), Unwelcome.FLOOD);
    assertThat(guests.refusals()).containsEntry(Unwelcome.FLOOD, 1L);
    nanos.addAndGet(1_000_000_000L);
    assertThat(guests.admit(made(), TARGET).caller().organization()).isEqualTo("univ-rennes");
  }

  @Test
  void inventedOrganizationsAreThePartnersOwn() {
    Guests.Guest invented = guests.admit(with("organization", "univ-invented"), TARGET);
    assertThat(invented.caller().organization()).isEqualTo("univ-rennes");
    assertThat(guests.admit(with("organization", "cnrs"), TARGET).caller().organization())
        .isEqualTo("cnrs");
  }

  @Test
  void manyProjectsShareOneName() {
    Set<String> projects = new HashSet<>();
    for (int i = 0; i < 700; i++) {
      projects.add(guests.admit(with("project", "p-" + i), TARGET).caller().project());
    }
    assertThat(projects).hasSize(501).contains("others");
  }

  @Test
  void anOrganizationThatIsSuspendedHereIsRefused() {
    suspended.add("univ-rennes");
    refused(made(), Unwelcome.ORGANIZATION_REFUSED);
  }

  @Test
  void onlyWhatIsSharedMayBeUsed() {
    guests = guests((_, _) -> Optional.empty());
    refused(made(), Unwelcome.NOT_SHARED);
    guests = guests((_, _) -> Optional.of(AllowedModels.of(List.of("aya"))));
    Caller caller = guests.admit(made(), TARGET).caller();
    assertThat(caller.grants().permits("aya")).isTrue();
    assertThat(caller.grants().permits("mistral")).isFalse();
  }
}
