package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.control.oidc.UserTokens;
import org.archipel.directory.Caller;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.Grants;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.UserProof;
import org.archipel.directory.access.SiteKey;
import org.junit.jupiter.api.Test;

/** Tokens by which Open WebUI names the person behind its key. */
final class UserTokensTest {
  private static final String SECRET = "shared-with-open-webui-0123456789";
  private static final JWSHeader HS256 = new JWSHeader(JWSAlgorithm.HS256);

  private final MovedClock clock = new MovedClock();
  private final SiteKey key = new SiteKey(TestAccess.SITE_KEY, new SecureRandom());
  private final Set<String> suspended = new HashSet<>();
  private final UserTokens users = new UserTokens(key, suspended::contains, clock);

  private Caller caller(String id, String project, String secret, boolean required) {
    return new Caller(
        id,
        "insa",
        project,
        KeyTerms.DEFAULT,
        Optional.empty(),
        Grants.ALL,
        Optional.of(UserTokens.proof(key, secret, required)));
  }

  private final Caller caller = caller("key-1", "chat", SECRET, false);

  private static JWTClaimsSet.Builder claims(String user) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer("open-webui")
        .subject(user)
        .claim("email", "ada@example.org")
        .claim("name", "Ada")
        .claim("role", "user")
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)));
  }

  private static String token(JWTClaimsSet.Builder claims) throws Exception {
    return FakeProvider.sign(claims.build(), HS256, new MACSigner(SECRET));
  }

  private Optional<String> person(Caller of, String token) {
    KeyCheck check = users.identify(of, token);
    assertThat(check).isInstanceOf(KeyCheck.Accepted.class);
    return ((KeyCheck.Accepted) check).caller().person();
  }

  @Test
  void aUserHasOnePseudonymInItsProjectWhateverTheKeyAndTheToken() throws Exception {
    String first = token(claims("u-1"));
    Optional<String> ada = person(caller, first);
    assertThat(ada).isPresent();
    assertThat(ada.get()).startsWith("p-").doesNotContain("u-1");
    assertThat(person(caller, first)).isEqualTo(ada);
    clock.ahead.set(Duration.ofSeconds(20));
    assertThat(person(caller, token(claims("u-1").claim("email", "other@example.org"))))
        .isEqualTo(ada);
    assertThat(person(caller("key-2", "chat", SECRET, true), first)).isEqualTo(ada);
    assertThat(person(caller("key-3", "other", SECRET, true), first)).isNotEqualTo(ada);
    assertThat(person(caller, token(claims("u-2")))).isNotEqualTo(ada);
  }

  @Test
  void whoNamesNobodyIsTakenUnlessTheKeyWantsIt() {
    assertThat(person(caller, "")).isEmpty();
    assertThat(users.identify(caller("key-1", "chat", SECRET, true), ""))
        .isEqualTo(Rejected.USER_TOKEN_MISSING);
  }

  @Test
  void tokensThatAreNotGoodAreRefused() throws Exception {
    Instant now = Instant.now();
    JWSSigner rsa = new RSASSASigner(new RSAKeyGenerator(2048).generate());
    JWTClaimsSet good = claims("u-1").build();
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("another secret", FakeProvider.sign(good, HS256, new MACSigner(SECRET + "x")));
    bad.put("none", new PlainJWT(good).serialize());
    bad.put(
        "another algorithm",
        FakeProvider.sign(
            good, new JWSHeader(JWSAlgorithm.HS512), new MACSigner(SECRET.repeat(2))));
    bad.put("rsa", FakeProvider.sign(good, new JWSHeader(JWSAlgorithm.RS256), rsa));
    bad.put("issuer", token(claims("u-1").issuer("somebody")));
    bad.put("no user", token(claims("")));
    bad.put("no end", token(claims("u-1").expirationTime(null)));
    bad.put("old", token(claims("u-1").expirationTime(Date.from(now.minusSeconds(60)))));
    bad.put("for ever", token(claims("u-1").expirationTime(Date.from(now.plusSeconds(7200)))));
    bad.put("not yet", token(claims("u-1").issueTime(Date.from(now.plusSeconds(60)))));
    bad.put("long", token(claims("u-1").claim("name", "x".repeat(5_000))));
    bad.put("garbage", "x");
    bad.forEach(
        (what, token) ->
            assertThat(users.identify(caller, token)).as(what).isEqualTo(Rejected.USER_TOKEN));
  }

  @Test
  void aKnownTokenEndsWithItsTimeAndWithItsSecret() throws Exception {
    String token = token(claims("u-1"));
    assertThat(person(caller, token)).isPresent();
    Caller changed = caller("key-1", "chat", SECRET + "-new", false);
    assertThat(users.identify(changed, token)).isEqualTo(Rejected.USER_TOKEN);
    clock.ahead.set(Duration.ofSeconds(331));
    assertThat(users.identify(caller, token)).isEqualTo(Rejected.USER_TOKEN);
  }

  @Test
  void aSuspendedPersonIsRefusedThoughItsTokenIsKnown() throws Exception {
    String token = token(claims("u-1"));
    suspended.add(person(caller, token).orElseThrow());
    assertThat(users.identify(caller, token)).isEqualTo(Rejected.PERSON_SUSPENDED);
  }

  @Test
  void aSecretThatWasSealedByAnotherSiteIsOfNoUse() throws Exception {
    SiteKey other = new SiteKey("f".repeat(32), new SecureRandom());
    UserTokens elsewhere = new UserTokens(other, suspended::contains, clock);
    assertThat(elsewhere.identify(caller, token(claims("u-1")))).isEqualTo(Rejected.USER_TOKEN);
  }

  @Test
  void aSecretHasItsFormAndIsNotShown() {
    for (String secret :
        new String[] {"short", "x".repeat(257), "with space " + SECRET, "é" + SECRET}) {
      assertThatThrownBy(() -> UserTokens.proof(key, secret, false))
          .isInstanceOf(DirectoryException.class)
          .hasMessageNotContaining(secret);
    }
    UserProof proof = UserTokens.proof(key, SECRET, false);
    assertThat(proof.sealed() + proof).doesNotContain(SECRET);
  }
}
