package org.archipel.control;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** An OpenID provider with keys of its own, which says whatever a test wants it to say. */
final class FakeProvider implements AutoCloseable {
  static final String CLIENT = "archipel";
  static final String SECRET = "secret-of-the-client-0123456789";

  /** What a browser was sent with. */
  record Asked(Map<String, String> query) {
    String get(String name) {
      return query.getOrDefault(name, "");
    }
  }

  final AtomicInteger keyRequests = new AtomicInteger();
  private final HttpServer server;
  private final Map<String, Asked> codes = new ConcurrentHashMap<>();
  private volatile RSAKey key;
  private volatile Function<Asked, String> idToken = asked -> sign(claims(asked).build());
  private volatile Map<String, Object> claims = Map.of();

  FakeProvider() throws IOException, JOSEException {
    key = new RSAKeyGenerator(2048).keyID("first").generate();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/.well-known/openid-configuration", this::describe);
    server.createContext("/keys", this::keys);
    server.createContext("/token", this::token);
    server.start();
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on the person has these claims. */
  void says(Map<String, Object> now) {
    claims = now;
  }

  /** From now on tokens are made so. */
  void answers(Function<Asked, String> token) {
    idToken = token;
  }

  /** Another key, and the old one is gone. */
  void rotate() throws JOSEException {
    key = new RSAKeyGenerator(2048).keyID("second").generate();
  }

  /** Signs somebody in: the code with which the browser goes back. */
  String authorize(URI to) {
    Asked asked = new Asked(query(to.getRawQuery()));
    String code = "code-" + codes.size();
    codes.put(code, asked);
    return code;
  }

  JWTClaimsSet.Builder claims(Asked asked) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder all =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .subject("ada")
            .audience(CLIENT)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(300)))
            .claim("nonce", asked.get("nonce"))
            .claim("sid", "provider-session")
            .claim("name", "Ada");
    claims.forEach(all::claim);
    return all;
  }

  /** An access token's claims as this provider makes them, for somebody with a subject. */
  JWTClaimsSet.Builder accessClaims(String subject) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder all =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .audience("archipel-api")
            .subject(subject)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(300)))
            .claim("azp", "chat-client")
            .claim("typ", "Bearer");
    claims.forEach(all::claim);
    return all;
  }

  /** A logout token as the specification wants it. */
  JWTClaimsSet.Builder logoutClaims() {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(issuer())
        .audience(CLIENT)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(60)))
        .jwtID("jti")
        .claim("sid", "provider-session")
        .claim("events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
  }

  String sign(JWTClaimsSet wanted) {
    return sign(wanted, JOSEObjectType.JWT, key);
  }

  String sign(JWTClaimsSet wanted, JOSEObjectType type) {
    return sign(wanted, type, key);
  }

  static String sign(JWTClaimsSet wanted, JOSEObjectType type, RSAKey by) {
    try {
      JWSHeader header =
          new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).type(type).build();
      return sign(wanted, header, new RSASSASigner(by));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String sign(JWTClaimsSet wanted, JWSHeader header, JWSSigner signer) {
    try {
      SignedJWT token = new SignedJWT(header, wanted);
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private void describe(HttpExchange exchange) throws IOException {
    String json =
        """
        {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token",
         "jwks_uri":"%1$s/keys","end_session_endpoint":"%1$s/logout",
         "response_types_supported":["code"],"subject_types_supported":["public"],
         "id_token_signing_alg_values_supported":["RS256"]}
        """
            .formatted(issuer());
    answer(exchange, 200, json);
  }

  private void keys(HttpExchange exchange) throws IOException {
    keyRequests.incrementAndGet();
    answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        query(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String basic =
        Base64.getEncoder()
            .encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
    Asked asked = codes.remove(form.getOrDefault("code", ""));
    boolean good =
        asked != null
            && ("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("authorization"))
            && asked.get("code_challenge_method").equals("S256")
            && asked.get("code_challenge").equals(sha256(form.getOrDefault("code_verifier", "")))
            && asked.get("redirect_uri").equals(form.get("redirect_uri"));
    if (!good || asked == null) {
      answer(exchange, 400, "{\"error\":\"invalid_grant\"}");
      return;
    }
    answer(
        exchange,
        200,
        "{\"access_token\":\"opaque\",\"token_type\":\"Bearer\",\"expires_in\":60,\"id_token\":\"%s\"}"
            .formatted(idToken.apply(asked)));
  }

  private static String sha256(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  static Map<String, String> query(String text) {
    List<String[]> pairs = Arrays.stream(text.split("&")).map(one -> one.split("=", 2)).toList();
    return pairs.stream()
        .filter(pair -> pair.length == 2)
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
