package org.archipel.federation.trust;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.archipel.federation.http.PublicRequest;

/** An entity whose every word is written by the test, behind a real listener. */
final class HandMadeEntity implements AutoCloseable {
  private final LoopbackServer server = new LoopbackServer();
  private final Clock clock;
  private final Map<String, UnaryOperator<JWTClaimsSet.Builder>> subordinates = new HashMap<>();
  private final Map<String, JWKSet> subordinateKeys = new HashMap<>();
  private ECKey key = draw();
  private Optional<ECKey> signsWith = Optional.empty();
  private String typ = EntityStatement.TYP;
  private Optional<String> served = Optional.empty();
  private int status = 200;
  private UnaryOperator<JWTClaimsSet.Builder> own = claims -> claims;

  HandMadeEntity(Clock clock) {
    this.clock = clock;
    server.serve(
        (_, path) ->
            switch (path) {
              case ChainFinder.WELL_KNOWN ->
                  Optional.of(
                      (_, answer) -> answer.respond(status, "application/" + typ, configuration()));
              case "/fetch" ->
                  Optional.of(
                      (request, answer) -> {
                        Optional<String> about = about(request);
                        answer.respond(
                            about.isPresent() ? 200 : 404,
                            EntityStatement.CONTENT_TYPE,
                            about.orElse("{}").getBytes(StandardCharsets.US_ASCII));
                      });
              default -> Optional.empty();
            });
  }

  static ECKey draw() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  String id() {
    return server.url();
  }

  LoopbackServer server() {
    return server;
  }

  JWKSet keys() {
    return new JWKSet(key.toPublicJWK());
  }

  /** What it says of itself beside what it must. */
  HandMadeEntity says(UnaryOperator<JWTClaimsSet.Builder> change) {
    own = change;
    return this;
  }

  HandMadeEntity typ(String other) {
    typ = other;
    return this;
  }

  HandMadeEntity status(int other) {
    status = other;
    return this;
  }

  /** It signs with a key that it does not publish, under the name of the one it does. */
  HandMadeEntity forges() {
    signsWith = Optional.of(new ECKey.Builder(draw()).keyID(key.getKeyID()).build());
    return this;
  }

  /** It answers just this. */
  HandMadeEntity serves(String text) {
    served = Optional.of(text);
    return this;
  }

  HandMadeEntity below(HandMadeEntity... superiors) {
    List<String> hints = java.util.Arrays.stream(superiors).map(HandMadeEntity::id).toList();
    return says(claims -> site(claims).claim("authority_hints", hints));
  }

  static JWTClaimsSet.Builder site(JWTClaimsSet.Builder claims) {
    return claims.claim(
        "metadata",
        Map.of(
            EntityStatement.SITE,
            Map.of("site_id", "x", "organization", "y", "labels", List.of("a", "b"))));
  }

  /** It vouches for another. */
  HandMadeEntity vouches(HandMadeEntity other, UnaryOperator<JWTClaimsSet.Builder> change) {
    subordinates.put(other.id(), change);
    subordinateKeys.put(other.id(), other.keys());
    return this;
  }

  HandMadeEntity vouches(HandMadeEntity other) {
    return vouches(other, claims -> claims);
  }

  private byte[] configuration() {
    String text =
        served.orElseGet(
            () -> sign(own.apply(statement(id(), keys()).claim("metadata", superior())), typ));
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  Map<String, Object> superior() {
    return Map.of(EntityStatement.FEDERATION, Map.of("federation_fetch_endpoint", id() + "/fetch"));
  }

  private Optional<String> about(PublicRequest request) {
    String subject = request.parameter("sub").orElse("");
    return Optional.ofNullable(subordinates.get(subject))
        .map(
            change ->
                sign(
                    change.apply(statement(subject, subordinateKeys.getOrDefault(subject, keys()))),
                    EntityStatement.TYP));
  }

  JWTClaimsSet.Builder statement(String subject, JWKSet keys) {
    return new JWTClaimsSet.Builder()
        .issuer(id())
        .subject(subject)
        .issueTime(Date.from(clock.instant()))
        .expirationTime(Date.from(clock.instant().plus(Duration.ofHours(1))))
        .claim("jwks", keys.toJSONObject(true));
  }

  String sign(JWTClaimsSet.Builder claims, String type) {
    try {
      ECKey signing = signsWith.orElse(key);
      SignedJWT text =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256)
                  .type(new JOSEObjectType(type))
                  .keyID(key.getKeyID())
                  .build(),
              claims.build());
      text.sign(new ECDSASigner(signing));
      return text.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes another key, of which nobody knows. */
  void changeKey() {
    key = draw();
  }

  @Override
  public void close() {
    server.close();
  }
}
