package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.archipel.control.oidc.AccessTokens;
import org.archipel.control.oidc.Provider;
import org.archipel.control.oidc.ProviderOptions;
import org.archipel.control.oidc.ProviderOptions.Inference;
import org.archipel.control.oidc.ProviderOptions.Rule;
import org.archipel.directory.Caller;
import org.archipel.directory.Directory;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.SiteKey;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Access tokens as callers of the inference API bring them, good ones and others. */
final class AccessTokensTest {
  private static final String AFFILIATION = "eduperson_scoped_affiliation";
  private static final String HOME = "schac_home_organization";

  @TempDir private Path folder = Path.of(".");

  private final MovedClock clock = new MovedClock();
  private final SiteKey key = new SiteKey(TestAccess.SITE_KEY, new SecureRandom());
  private final Set<String> suspended = new HashSet<>();

  @SuppressWarnings("NullAway.Init")
  private FakeProvider provider;

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private Directory directory;

  @SuppressWarnings("NullAway.Init")
  private AccessTokens tokens;

  @BeforeEach
  void open() throws Exception {
    provider = new FakeProvider();
    provider.says(Map.of(AFFILIATION, List.of("staff@univ-rennes.fr")));
    database = Database.open(TestDatabase.url(folder));
    directory = new Directory(database, new AuditLog(database, clock), clock, new SecureRandom());
    directory.createOrganization(Actor.token(), "univ-rennes");
    directory.createProject(Actor.token(), "univ-rennes", "default");
    directory.createProject(Actor.token(), "univ-rennes", "thesis");
    directory.createOrganization(Actor.token(), "insa");
    directory.createProject(Actor.token(), "insa", "default");
    tokens = tokens(new Inference(Set.of("archipel-api"), Set.of(), Optional.of("default")));
  }

  private AccessTokens tokens(Inference inference) {
    ProviderOptions options =
        new ProviderOptions(
            "rennes",
            "Rennes",
            provider.issuer(),
            new ProviderOptions.Client(FakeProvider.CLIENT, FakeProvider.SECRET),
            List.of("openid"),
            new ProviderOptions.Claims(
                Map.of("univ-rennes.fr", "univ-rennes", "insa-rennes.fr", "insa"),
                List.of(
                    new Rule(
                        AFFILIATION,
                        "student",
                        Role.PROJECT_MEMBER,
                        Optional.empty(),
                        Optional.of("thesis")))),
            inference);
    AccessTokens.Ports ports =
        new AccessTokens.Ports(
            key,
            place -> directory.projects().find(place.organization(), place.name()).isPresent(),
            directory::admit,
            suspended::contains);
    return new AccessTokens(List.of(new Provider(options, clock)), ports, clock);
  }

  @AfterEach
  void close() {
    directory.close();
    database.close();
    provider.close();
  }

  private KeyCheck checked(String token) {
    assertThat(tokens.mayBe(token)).isTrue();
    return tokens.check(token) instanceof KeyCheck.Pending pending
        ? pending.verdict().get()
        : tokens.check(token);
  }

  private KeyCheck checked(JWTClaimsSet.Builder claims) {
    return checked(provider.sign(claims.build()));
  }

  private Caller caller(KeyCheck check) {
    assertThat(check).isInstanceOf(KeyCheck.Accepted.class);
    return ((KeyCheck.Accepted) check).caller();
  }

  private KeyCheck saying(Map<String, Object> claims) {
    provider.says(claims);
    return checked(provider.accessClaims("ada"));
  }

  @Test
  void aGoodTokenIsSomebodyOfAnOrganizationAndIsKnownFromThenOn() {
    String token = provider.sign(provider.accessClaims("ada").build());
    assertThat(tokens.check(token)).isInstanceOf(KeyCheck.Pending.class);
    Caller caller = caller(checked(token));
    assertThat(caller.organization()).isEqualTo("univ-rennes");
    assertThat(caller.project()).isEqualTo("default");
    assertThat(caller.person()).contains(key.pseudonym(provider.issuer(), "ada"));
    provider.close();
    assertThat(caller(tokens.check(token))).isEqualTo(caller);
    assertThat(caller.toString()).doesNotContain("ada", token);
  }

  @Test
  void whatIsKeptByKeyDoesNotGrowWithPersons() {
    Set<String> keys = new HashSet<>();
    Set<Optional<String>> persons = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      Caller caller = caller(checked(provider.accessClaims("person-" + i)));
      keys.add(caller.key());
      persons.add(caller.person());
    }
    assertThat(keys).containsExactly("oidc-rennes");
    assertThat(persons).hasSize(20);
  }

  @Test
  void tokensThatAreNotGoodAreRefused() throws Exception {
    RSAKey other = new RSAKeyGenerator(2048).keyID("first").generate();
    JWSHeader hmac = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build();
    Instant now = Instant.now();
    JWTClaimsSet good = provider.accessClaims("ada").build();
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("none", new PlainJWT(good).serialize());
    bad.put("hmac", FakeProvider.sign(good, hmac, new MACSigner("x".repeat(32))));
    bad.put("another's key", FakeProvider.sign(good, JOSEObjectType.JWT, other));
    bad.put("logout token", resigned(new JOSEObjectType("logout+jwt")));
    bad.put("issuer", signed(provider.accessClaims("ada").issuer("https://evil.example")));
    bad.put("no issuer", signed(provider.accessClaims("ada").issuer(null)));
    bad.put("no subject", signed(provider.accessClaims("ada").subject(null)));
    bad.put("long subject", signed(provider.accessClaims("a".repeat(256))));
    bad.put("no end", signed(provider.accessClaims("ada").expirationTime(null)));
    bad.put(
        "identity token",
        signed(provider.accessClaims("ada").claim("nonce", "n").claim("typ", null)));
    bad.put("hashed", signed(provider.accessClaims("ada").claim("at_hash", "h")));
    bad.put("refresh token", signed(provider.accessClaims("ada").claim("typ", "Refresh")));
    bad.put("garbage", "eyJ.eyJ.x");
    bad.put("long", "eyJ" + "x".repeat(9_000));
    bad.forEach((what, token) -> assertThat(checked(token)).as(what).isEqualTo(Rejected.TOKEN));
    assertThat(checked(provider.accessClaims("ada").audience(List.of("another", "account"))))
        .isEqualTo(Rejected.TOKEN_AUDIENCE);
    for (JWTClaimsSet.Builder time :
        List.of(
            provider.accessClaims("ada").expirationTime(Date.from(now.minusSeconds(60))),
            provider.accessClaims("ada").notBeforeTime(Date.from(now.plusSeconds(60))),
            provider.accessClaims("ada").issueTime(Date.from(now.plusSeconds(60))))) {
      assertThat(checked(time)).isEqualTo(Rejected.TOKEN_EXPIRED);
    }
    assertThat(checked(provider.accessClaims("ada").expirationTime(Date.from(now.minusSeconds(5)))))
        .as("clocks differ a little")
        .isInstanceOf(KeyCheck.Accepted.class);
  }

  private String signed(JWTClaimsSet.Builder claims) {
    return provider.sign(claims.build());
  }

  private String resigned(JOSEObjectType type) {
    return provider.sign(provider.accessClaims("ada").build(), type);
  }

  @Test
  void aTokenThatWasGivenToATrustedClientIsTakenWhomeverItIsFor() {
    tokens = tokens(new Inference(Set.of(), Set.of("chat-client"), Optional.of("default")));
    caller(checked(provider.accessClaims("ada").audience("account")));
    assertThat(checked(provider.accessClaims("ada").claim("azp", "other-client")))
        .isEqualTo(Rejected.TOKEN_AUDIENCE);
    tokens = tokens(Inference.NONE);
    assertThat(tokens.mayBe(signed(provider.accessClaims("ada")))).isFalse();
  }

  @Test
  void theProjectFollowsTheRulesAndTheOrganizationTheScopes() {
    Caller student = caller(saying(Map.of(AFFILIATION, List.of("student@univ-rennes.fr"))));
    assertThat(student.project()).isEqualTo("thesis");
    assertThat(caller(saying(Map.of(HOME, "insa-rennes.fr"))).organization()).isEqualTo("insa");
    Object both = List.of("staff@univ-rennes.fr", "staff@insa-rennes.fr");
    assertThat(saying(Map.of(AFFILIATION, both))).isEqualTo(Rejected.TOKEN_WITHOUT_PLACE);
    assertThat(caller(saying(Map.of(AFFILIATION, both, HOME, "insa-rennes.fr"))).organization())
        .isEqualTo("insa");
    assertThat(saying(Map.of(AFFILIATION, "staff@univ-brest.fr", "email", "a@univ-rennes.fr")))
        .as("a scope of others, and an address")
        .isEqualTo(Rejected.TOKEN_WITHOUT_PLACE);
  }

  @Test
  void aProjectIsNotMadeByATokenAndIsFoundOnceItIsThere() {
    Map<String, Object> claims = Map.of(AFFILIATION, List.of("student@insa-rennes.fr"));
    assertThat(saying(claims)).isEqualTo(Rejected.TOKEN_WITHOUT_PLACE);
    directory.createProject(Actor.token(), "insa", "thesis");
    assertThat(caller(saying(claims)).project()).isEqualTo("thesis");
  }

  @Test
  void whoIsSuspendedStopsAtOnceThoughTheTokenIsKnown() {
    String token = signed(provider.accessClaims("ada"));
    Caller caller = caller(checked(token));
    suspended.add(caller.person().orElseThrow());
    assertThat(tokens.check(token)).isEqualTo(Rejected.PERSON_SUSPENDED);
    suspended.clear();
    var projects = directory.projects();
    projects.archive(Actor.token(), "univ-rennes", "default", OptionalLong.empty());
    assertThat(tokens.check(token)).isEqualTo(Rejected.ARCHIVED);
    projects.restore(Actor.token(), "univ-rennes", "default", OptionalLong.empty());
    directory.organizations().suspend(Actor.token(), "univ-rennes", OptionalLong.empty(), "test");
    assertThat(tokens.check(token)).isEqualTo(Rejected.SUSPENDED);
  }

  @Test
  void aKnownTokenEndsWithItsTime() {
    String token = signed(provider.accessClaims("ada"));
    caller(checked(token));
    clock.ahead.set(Duration.ofSeconds(331));
    assertThat(checked(token)).isEqualTo(Rejected.TOKEN_EXPIRED);
  }

  @Test
  void aKeyThatTheProviderTookAwayIsTrustedForMinutesOnly() throws Exception {
    Instant later = Instant.now().plusSeconds(3600);
    String token = signed(provider.accessClaims("ada").expirationTime(Date.from(later)));
    caller(checked(token));
    provider.rotate();
    clock.ahead.set(Duration.ofSeconds(301));
    assertThat(checked(token)).isEqualTo(Rejected.TOKEN);
    assertThat(provider.keyRequests.get()).isEqualTo(2);
    caller(checked(provider.accessClaims("ada")));
  }

  @Test
  void strangersCannotMakeUsAskTheProviderOften() throws Exception {
    caller(checked(provider.accessClaims("ada")));
    RSAKey stranger = new RSAKeyGenerator(2048).keyID("stranger").generate();
    JWTClaimsSet claims = provider.accessClaims("ada").build();
    String forged = FakeProvider.sign(claims, JOSEObjectType.JWT, stranger);
    for (int i = 0; i < 50; i++) {
      assertThat(checked(forged)).isEqualTo(Rejected.TOKEN);
    }
    assertThat(provider.keyRequests.get()).isEqualTo(1);
  }

  @Test
  void whileTheProviderIsAwayItsKeysAreTrustedForAnHour() {
    Instant later = Instant.now().plusSeconds(20_000);
    caller(checked(provider.accessClaims("ada")));
    provider.close();
    clock.ahead.set(Duration.ofMinutes(30));
    caller(checked(provider.accessClaims("bob").expirationTime(Date.from(later))));
    clock.ahead.set(Duration.ofMinutes(61));
    assertThat(checked(provider.accessClaims("eve").expirationTime(Date.from(later))))
        .isEqualTo(Rejected.UNAVAILABLE);
  }

  @Test
  void onlySoManyAreLookedAtAtATime() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(64);
    AccessTokens.Ports slow =
        new AccessTokens.Ports(
            key,
            _ -> {
              inside.countDown();
              try {
                gate.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return true;
            },
            directory::admit,
            suspended::contains);
    ProviderOptions options =
        new ProviderOptions(
            "rennes",
            "Rennes",
            provider.issuer(),
            new ProviderOptions.Client("c", "s"),
            List.of("openid"),
            new ProviderOptions.Claims(Map.of("univ-rennes.fr", "univ-rennes"), List.of()),
            new Inference(Set.of("archipel-api"), Set.of(), Optional.of("default")));
    tokens = new AccessTokens(List.of(new Provider(options, clock)), slow, clock);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<KeyCheck>> running = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String token = signed(provider.accessClaims("person-" + i));
        running.add(threads.submit(() -> checked(token)));
      }
      inside.await();
      assertThat(checked(provider.accessClaims("one more"))).isEqualTo(Rejected.UNAVAILABLE);
      gate.countDown();
      for (Future<KeyCheck> one : running) {
        assertThat(one.get()).isInstanceOf(KeyCheck.Accepted.class);
      }
    }
    caller(checked(provider.accessClaims("one more")));
  }
}
