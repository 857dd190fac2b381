package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.archipel.control.FakeProvider.Asked;
import org.archipel.control.oidc.Provider;
import org.archipel.control.oidc.ProviderOptions;
import org.archipel.control.oidc.ProviderOptions.Rule;
import org.archipel.directory.access.Role;
import org.archipel.directory.access.Visible;
import org.archipel.storage.PageRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sign-in and logout, against a provider that can be made to say anything. */
final class SignInTest {
  private static final String AFFILIATION = "eduperson_scoped_affiliation";

  @TempDir private Path folder = Path.of(".");

  private final MovedClock clock = new MovedClock();

  @SuppressWarnings("NullAway.Init")
  private FakeProvider provider;

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @BeforeEach
  void start() throws Exception {
    provider = new FakeProvider();
    provider.says(Map.of(AFFILIATION, List.of("staff@univ-rennes.fr")));
    ProviderOptions options =
        new ProviderOptions(
            "rennes",
            "Université de Rennes",
            provider.issuer(),
            new ProviderOptions.Client(FakeProvider.CLIENT, FakeProvider.SECRET),
            List.of("openid", "profile"),
            new ProviderOptions.Claims(
                Map.of("univ-rennes.fr", "univ-rennes"),
                List.of(
                    new Rule(
                        AFFILIATION,
                        "staff",
                        Role.ORGANIZATION_ADMIN,
                        Optional.empty(),
                        Optional.empty()),
                    new Rule(
                        "realm_access.roles",
                        "operator",
                        Role.SITE_OPERATOR,
                        Optional.empty(),
                        Optional.empty()))));
    control =
        new RunningControl(
            folder, new FixedCatalog(), clock, List.of(new Provider(options, clock)));
  }

  @AfterEach
  void stop() {
    control.close();
    provider.close();
  }

  private record Begun(String cookie, URI to) {
    String state() {
      return FakeProvider.query(to.getRawQuery()).getOrDefault("state", "");
    }
  }

  private Begun begin(String returnTo) throws Exception {
    HttpResponse<String> sent = control.send("GET", "/auth/login/rennes?return_to=" + returnTo, "");
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(303);
    return new Begun(
        cookie(sent, "archipel-login"),
        URI.create(sent.headers().firstValue("location").orElseThrow()));
  }

  private static String cookie(HttpResponse<String> response, String name) {
    return response.headers().allValues("set-cookie").stream()
        .filter(text -> text.startsWith(name + "="))
        .map(text -> text.replaceFirst(";.*", ""))
        .findFirst()
        .orElse("");
  }

  private HttpResponse<String> end(Begun begun, String code, String... cookies) throws Exception {
    String all = String.join("; ", cookies);
    return control.send(
        "GET",
        "/auth/callback/rennes?code=%s&state=%s&session_state=x".formatted(code, begun.state()),
        "",
        "cookie",
        all.isEmpty() ? begun.cookie() : all);
  }

  private HttpResponse<String> signIn() throws Exception {
    Begun begun = begin("/");
    return end(begun, provider.authorize(begun.to()));
  }

  private String session(HttpResponse<String> ended) {
    assertThat(ended.statusCode()).as(ended.body()).isEqualTo(303);
    return cookie(ended, "archipel-session").replaceFirst("[^=]+=", "");
  }

  private JsonNode me(String session) throws Exception {
    return control.parse(control.send("GET", "/api/v1/me", "", TestAccess.headers(session)));
  }

  private int statusOf(String session) throws Exception {
    return control.send("GET", "/api/v1/me", "", TestAccess.headers(session)).statusCode();
  }

  @Test
  void somebodySignsInAndHasTheRoleOfItsClaims() throws Exception {
    Begun begun = begin("/usage?by=day");
    assertThat(begun.to().toString())
        .contains("code_challenge_method=S256", "response_type=code", "nonce=");
    HttpResponse<String> ended = end(begun, provider.authorize(begun.to()));
    JsonNode me = me(session(ended));
    assertThat(ended.headers().firstValue("location")).contains("/usage?by=day");
    assertThat(me.path("display_name").asText()).isEqualTo("Ada");
    assertThat(me.at("/roles/0/role").asText()).isEqualTo("organization-admin");
    assertThat(me.at("/roles/0/organization").asText()).isEqualTo("univ-rennes");
    assertThat(me.at("/roles/0/origin").asText()).isEqualTo("provider");
    assertThat(control.send("GET", "/auth/providers", "").body()).contains("rennes");
  }

  @Test
  void rolesEndWhenTheClaimsNoLongerGiveThem() throws Exception {
    provider.says(Map.of("realm_access", Map.of("roles", List.of("operator"))));
    String first = session(signIn());
    assertThat(me(first).at("/roles/0/role").asText()).isEqualTo("site-operator");
    provider.says(Map.of());
    signIn();
    assertThat(me(first).path("roles")).isEmpty();
  }

  @Test
  void anInstitutionThatTheProviderMayNotSpeakForIsRefused() throws Exception {
    provider.says(
        Map.of(
            AFFILIATION,
            List.of("staff@univ-brest.fr", "staff@evil.univ-rennes.fr"),
            "email",
            "ada@univ-rennes.fr"));
    assertThat(signIn().statusCode()).isEqualTo(403);
    provider.says(Map.of("schac_home_organization", "univ-brest.fr"));
    assertThat(signIn().statusCode()).isEqualTo(403);
    assertThat(nobody()).isTrue();
    provider.says(Map.of(AFFILIATION, List.of("staff@univ-brest.fr", "student@univ-rennes.fr")));
    assertThat(me(session(signIn())).path("roles")).isEmpty();
  }

  private boolean nobody() {
    return control
        .access
        .parts
        .persons()
        .page(Visible.EVERYTHING, Optional.empty(), PageRequest.FIRST)
        .items()
        .isEmpty();
  }

  @Test
  void onlyTheBrowserThatBeganCanEndAndOnlyWithItsState() throws Exception {
    Begun victim = begin("/");
    Begun attacker = begin("/");
    String code = provider.authorize(attacker.to());
    assertThat(end(attacker, code, victim.cookie()).statusCode()).isEqualTo(401);
    assertThat(end(attacker, code, "archipel-login=forged").statusCode()).isEqualTo(401);
    assertThat(end(attacker, code, attacker.cookie(), victim.cookie()).statusCode())
        .as("two cookies of one name")
        .isEqualTo(401);
    clock.ahead.set(Duration.ofMinutes(10));
    assertThat(end(attacker, code).statusCode()).as("too late").isEqualTo(401);
    assertThat(nobody()).isTrue();
  }

  @Test
  void aCodeIsGoodForItsOwnAttemptOnly() throws Exception {
    Begun one = begin("/");
    Begun two = begin("/");
    assertThat(end(one, provider.authorize(two.to())).statusCode()).isEqualTo(401);
    assertThat(end(one, "guessed").statusCode()).isEqualTo(401);
    assertThat(nobody()).isTrue();
  }

  @Test
  void tokensThatAreNotGoodSignNobodyIn() throws Exception {
    RSAKey other = new RSAKeyGenerator(2048).keyID("first").generate();
    JWSHeader hmac = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build();
    MACSigner shared = new MACSigner(FakeProvider.SECRET.repeat(2));
    Map<String, Function<Asked, String>> bad = new LinkedHashMap<>();
    bad.put("audience", asked -> sign(provider.claims(asked).audience("another-client")));
    bad.put("issuer", asked -> sign(provider.claims(asked).issuer("https://evil.example")));
    bad.put("nonce", asked -> sign(provider.claims(asked).claim("nonce", "another")));
    bad.put("no nonce", asked -> sign(provider.claims(asked).claim("nonce", null)));
    bad.put(
        "expired",
        asked ->
            sign(
                provider.claims(asked).expirationTime(Date.from(Instant.now().minusSeconds(120)))));
    bad.put("none", asked -> new PlainJWT(provider.claims(asked).build()).serialize());
    bad.put("hmac", asked -> FakeProvider.sign(provider.claims(asked).build(), hmac, shared));
    bad.put(
        "another's key",
        asked -> FakeProvider.sign(provider.claims(asked).build(), JOSEObjectType.JWT, other));
    bad.put("no token", _ -> "x");
    for (Map.Entry<String, Function<Asked, String>> one : bad.entrySet()) {
      provider.answers(one.getValue());
      HttpResponse<String> ended = signIn();
      assertThat(ended.statusCode()).as(one.getKey()).isEqualTo(401);
      assertThat(cookie(ended, "archipel-session")).as(one.getKey()).isEmpty();
    }
    assertThat(nobody()).isTrue();
  }

  private String sign(JWTClaimsSet.Builder claims) {
    return provider.sign(claims.build());
  }

  @Test
  void aRotatedKeyIsFetchedAndStrangersCannotMakeUsAskOften() throws Exception {
    session(signIn());
    assertThat(provider.keyRequests.get()).isEqualTo(1);
    provider.rotate();
    assertThat(signIn().statusCode()).as("asked a moment ago").isEqualTo(401);
    assertThat(provider.keyRequests.get()).isEqualTo(1);
    clock.ahead.set(Duration.ofSeconds(11));
    session(signIn());
    assertThat(provider.keyRequests.get()).isEqualTo(2);
  }

  @Test
  void logoutEndsTheSessionAndLeadsToTheProviders() throws Exception {
    String session = session(signIn());
    HttpResponse<String> out =
        control.send("POST", "/auth/logout", "", TestAccess.headers(session));
    assertThat(out.statusCode()).isEqualTo(200);
    assertThat(control.parse(out).path("next").asText())
        .startsWith(provider.issuer() + "/logout?")
        .contains("id_token_hint=");
    assertThat(cookie(out, "archipel-session")).isEqualTo("archipel-session=");
    assertThat(statusOf(session)).isEqualTo(401);
  }

  @Test
  void theProvidersLogoutEndsTheSession() throws Exception {
    String bySession = session(signIn());
    assertThat(backChannel(provider.logoutClaims())).isEqualTo(204);
    assertThat(statusOf(bySession)).isEqualTo(401);
    String byPerson = session(signIn());
    assertThat(backChannel(provider.logoutClaims().claim("sid", null).subject("ada")))
        .isEqualTo(204);
    assertThat(statusOf(byPerson)).isEqualTo(401);
  }

  @Test
  void aForgedLogoutEndsNothing() throws Exception {
    String session = session(signIn());
    Instant old = Instant.now().minusSeconds(3600);
    List<JWTClaimsSet.Builder> forged =
        List.of(
            provider.logoutClaims().claim("nonce", "x"),
            provider.logoutClaims().claim("events", null),
            provider.logoutClaims().audience("another-client"),
            provider.logoutClaims().issuer("https://evil.example"),
            provider.logoutClaims().claim("sid", null),
            provider.logoutClaims().issueTime(Date.from(old)));
    for (JWTClaimsSet.Builder claims : forged) {
      assertThat(backChannel(claims)).isIn(400, 401);
    }
    assertThat(control.send("POST", "/auth/backchannel/rennes", "logout_token=x").statusCode())
        .isEqualTo(401);
    assertThat(control.send("POST", "/auth/backchannel/none", "").statusCode()).isEqualTo(404);
    assertThat(statusOf(session)).isEqualTo(200);
  }

  private int backChannel(JWTClaimsSet.Builder claims) throws Exception {
    return control
        .send("POST", "/auth/backchannel/rennes", "logout_token=" + sign(claims))
        .statusCode();
  }

  @Test
  void aSessionEndsByItselfAndANewOneTakesNothingOver() throws Exception {
    String first = session(signIn());
    Begun begun = begin("/");
    String second =
        session(
            end(
                begun,
                provider.authorize(begun.to()),
                begun.cookie(),
                "archipel-session=" + first));
    assertThat(second).isNotEqualTo(first);
    assertThat(statusOf(first)).isEqualTo(401);
    clock.ahead.set(Duration.ofMinutes(31));
    assertThat(statusOf(second)).isEqualTo(401);
  }

  @Test
  void nobodyIsSentToAnotherHost() throws Exception {
    for (String path :
        List.of("//evil.example", "https://evil.example", "/%5Cevil.example", "/a//b", "evil")) {
      assertThat(control.send("GET", "/auth/login/rennes?return_to=" + path, "").statusCode())
          .as(path)
          .isEqualTo(400);
    }
    assertThat(control.send("GET", "/auth/login/none", "").statusCode()).isEqualTo(404);
  }

  @Test
  void whenTheProviderIsAwayThatIsSaid() throws Exception {
    provider.close();
    assertThat(control.send("GET", "/auth/login/rennes", "").statusCode()).isEqualTo(503);
  }
}
