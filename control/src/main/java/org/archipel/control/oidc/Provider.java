package org.archipel.control.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.LogoutTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.LogoutTokenValidator;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.archipel.control.oidc.SignInException.Kind;
import org.archipel.directory.access.SignedIn;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One provider: its description, its keys, and the ways to it and back. Blocking; thread-safe. */
public final class Provider {
  /** Signatures by the provider's own private key: never {@code none}, never a shared secret. */
  static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519);

  /** How far the provider's clock may be from ours. */
  static final Duration SKEW = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(Provider.class);
  private static final int CONNECT_MILLIS = 3_000;
  private static final int READ_MILLIS = 5_000;
  private static final int LARGEST_KEYS = 256 << 10;
  private static final Duration DESCRIPTION_KEPT = Duration.ofHours(1);

  private final ProviderOptions options;
  private final Clock clock;
  private final ProviderKeys keys;
  private final ClaimReader reader;
  private final ReentrantLock describing = new ReentrantLock();
  private volatile @Nullable OIDCProviderMetadata description;
  private volatile long describedAtMillis;

  /** A provider, of which nothing is asked before it is needed. */
  public Provider(ProviderOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
    this.keys = new ProviderKeys(this::fetchKeys, clock);
    this.reader = new ClaimReader(options);
  }

  /** What it was made with. */
  public ProviderOptions options() {
    return options;
  }

  /** The provider's keys, for signatures by one of {@link #ALGORITHMS}. */
  JWSVerificationKeySelector<SecurityContext> selector() {
    return new JWSVerificationKeySelector<>(ALGORITHMS, keys);
  }

  /** Where requests with these claims belong; see {@link ClaimReader#place}. */
  Optional<org.archipel.directory.access.Scope.Project> place(Map<String, Object> claims) {
    return reader.place(claims);
  }

  /** A new attempt to sign in. */
  public Attempt attempt(String returnTo) {
    return new Attempt(
        options.id(),
        new State().getValue(),
        new Nonce().getValue(),
        new CodeVerifier().getValue(),
        returnTo,
        clock.millis());
  }

  /** Where to send the browser. */
  public URI authorization(Attempt attempt, URI callback) {
    return new AuthenticationRequest.Builder(
            ResponseType.CODE,
            new Scope(options.requested().toArray(String[]::new)),
            client(),
            callback)
        .endpointURI(describe().getAuthorizationEndpointURI())
        .state(new State(attempt.state()))
        .nonce(new Nonce(attempt.nonce()))
        .codeChallenge(new CodeVerifier(attempt.verifier()), CodeChallengeMethod.S256)
        .build()
        .toURI();
  }

  /**
   * Somebody who has come back.
   *
   * @param who what the provider says, after our rules
   * @param sid the provider's session
   * @param idToken as it came
   * @param foreignOnly whether it named institutions, and none that it may speak for
   */
  public record Arrival(SignedIn who, Optional<String> sid, String idToken, boolean foreignOnly) {
    /** Without the token. */
    @Override
    public String toString() {
      return "Arrival[" + who.issuer() + "]";
    }
  }

  /**
   * Turns the code with which a browser came back into a person.
   *
   * @throws SignInException when the provider does not confirm it
   */
  public Arrival arrive(Attempt attempt, String code, URI callback) {
    AuthorizationCodeGrant grant =
        new AuthorizationCodeGrant(
            new AuthorizationCode(code), callback, new CodeVerifier(attempt.verifier()));
    ClientSecretBasic secret =
        new ClientSecretBasic(client(), new Secret(options.client().secret()));
    TokenRequest request =
        new TokenRequest.Builder(describe().getTokenEndpointURI(), secret, grant).build();
    try {
      TokenResponse response = OIDCTokenResponseParser.parse(send(request.toHTTPRequest()));
      if (!(response instanceof OIDCTokenResponse tokens)) {
        throw refused("the provider does not accept the code");
      }
      JWT idToken = tokens.getOIDCTokens().getIDToken();
      IDTokenClaimsSet claims = checked(idToken, attempt.nonce());
      Map<String, Object> all = new LinkedHashMap<>(claims.toJWTClaimsSet().getClaims());
      userInfo(tokens, claims.getSubject().getValue()).forEach(all::putIfAbsent);
      return arrival(claims, all, idToken);
    } catch (ParseException e) {
      throw refused("the provider's answer cannot be understood");
    }
  }

  private Arrival arrival(IDTokenClaimsSet claims, Map<String, Object> all, JWT idToken) {
    ClaimReader.Read read = reader.read(all);
    if (read.foreign() > 0) {
      LOG.warn(
          "provider {} claims {} scopes that it was not authorised for: they do not count",
          options.id(),
          read.foreign());
    }
    String subject = claims.getSubject().getValue();
    SignedIn who =
        new SignedIn(
            options.issuer(),
            subject,
            text(all, "name").or(() -> text(all, "preferred_username")).orElse(subject),
            text(all, "email"),
            read.roles());
    Optional<String> sid = text(all, "sid");
    boolean foreignOnly = read.foreign() > 0 && read.organizations().isEmpty();
    return new Arrival(who, sid, idToken.serialize(), foreignOnly);
  }

  private static Optional<String> text(Map<String, Object> claims, String name) {
    return claims.get(name) instanceof String text && !text.isBlank()
        ? Optional.of(text)
        : Optional.empty();
  }

  private IDTokenClaimsSet checked(JWT token, String nonce) {
    IDTokenValidator validator =
        new IDTokenValidator(new Issuer(options.issuer()), client(), selector(), null);
    validator.setMaxClockSkew((int) SKEW.toSeconds());
    try {
      return validator.validate(token, new Nonce(nonce));
    } catch (BadJOSEException | JOSEException e) {
      LOG.debug("an identity token was refused", e);
      throw refused("the provider's token is not good");
    }
  }

  /** What the provider tells beside the token; nothing when it does not, or of somebody else. */
  private Map<String, Object> userInfo(OIDCTokenResponse tokens, String subject)
      throws ParseException {
    URI endpoint = describe().getUserInfoEndpointURI();
    if (endpoint == null) {
      return Map.of();
    }
    UserInfoRequest request =
        new UserInfoRequest(endpoint, tokens.getOIDCTokens().getBearerAccessToken());
    UserInfoResponse response = UserInfoResponse.parse(send(request.toHTTPRequest()));
    if (!response.indicatesSuccess()) {
      return Map.of();
    }
    var info = response.toSuccessResponse().getUserInfo();
    return info != null && info.getSubject().getValue().equals(subject)
        ? info.toJSONObject()
        : Map.of();
  }

  /** Where to send the browser to end the provider's session too, if it can. */
  public Optional<URI> logout(String idToken, URI back) {
    try {
      URI endpoint = describe().getEndSessionEndpointURI();
      return endpoint == null
          ? Optional.empty()
          : Optional.of(new LogoutRequest(endpoint, JWTParser.parse(idToken), back, null).toURI());
    } catch (java.text.ParseException | SignInException e) {
      return Optional.empty();
    }
  }

  /**
   * Whose session the provider has ended.
   *
   * @param subject the person, if it says so
   * @param sid the session, if it says so
   * @param id of the token
   */
  public record LogoutNotice(Optional<String> subject, Optional<String> sid, String id) {}

  /**
   * Checks a logout token (OpenID Connect Back-Channel Logout 1.0, §2.6).
   *
   * @throws SignInException when it is not good
   */
  public LogoutNotice logoutNotice(String token) {
    LogoutTokenValidator validator =
        new LogoutTokenValidator(new Issuer(options.issuer()), client(), false, selector(), null);
    validator.setMaxClockSkew((int) SKEW.toSeconds());
    try {
      LogoutTokenClaimsSet claims = validator.validate(JWTParser.parse(token));
      Instant issued = claims.getIssueTime().toInstant();
      if (issued.isBefore(clock.instant().minus(Duration.ofMinutes(5)))) {
        throw refused("the logout token is old");
      }
      return new LogoutNotice(
          Optional.ofNullable(claims.getSubject()).map(subject -> subject.getValue()),
          Optional.ofNullable(claims.getSessionID()).map(sid -> sid.getValue()),
          claims.getJWTID().getValue());
    } catch (BadJOSEException | JOSEException | java.text.ParseException e) {
      LOG.debug("a logout token was refused", e);
      throw refused("the logout token is not good");
    }
  }

  private ClientID client() {
    return new ClientID(options.client().id());
  }

  private JWKSet fetchKeys() {
    try {
      URL url = describe().getJWKSetURI().toURL();
      return JWKSet.load(url, CONNECT_MILLIS, READ_MILLIS, LARGEST_KEYS);
    } catch (IOException | java.text.ParseException e) {
      throw unavailable();
    }
  }

  private OIDCProviderMetadata describe() {
    OIDCProviderMetadata known = description;
    if (known != null && clock.millis() - describedAtMillis < DESCRIPTION_KEPT.toMillis()) {
      return known;
    }
    describing.lock();
    try {
      // Refuses a description of another issuer.
      OIDCProviderMetadata found =
          OIDCProviderMetadata.resolve(new Issuer(options.issuer()), CONNECT_MILLIS, READ_MILLIS);
      description = found;
      describedAtMillis = clock.millis();
      return found;
    } catch (GeneralException | IOException e) {
      if (known != null) {
        return known;
      }
      throw unavailable();
    } finally {
      describing.unlock();
    }
  }

  private HTTPResponse send(HTTPRequest request) {
    request.setConnectTimeout(CONNECT_MILLIS);
    request.setReadTimeout(READ_MILLIS);
    request.setFollowRedirects(false);
    try {
      return request.send();
    } catch (IOException e) {
      throw unavailable();
    }
  }

  private static SignInException refused(String message) {
    return new SignInException(Kind.REFUSED, message);
  }

  private SignInException unavailable() {
    return new SignInException(
        Kind.UNAVAILABLE, "the provider " + options.id() + " does not answer as it should");
  }

  @Override
  public String toString() {
    return "Provider[" + options.id() + "]";
  }
}
