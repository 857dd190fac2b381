package org.archipel.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.archipel.federation.trust.EntityStatement.ShownMark;
import org.archipel.federation.trust.MarkCheck.Outcome;
import org.archipel.federation.trust.MarkCheck.RefusedMark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Trust marks of hand-made entities: what holds, and the name of each fault. */
final class MarkTest {
  private static final String TYPE = "https://consortium.example/tm/member";

  private final TurnedClock clock = new TurnedClock();
  private final AddressRules rules = new AddressRules(false, true, Set.of());
  private final HttpDocuments documents = new HttpDocuments(rules);
  private final ChainCheck check = new ChainCheck(new Times(clock));
  private final ChainFinder finder = new ChainFinder(documents, rules, check);
  private final MarkCheck marks =
      new MarkCheck(
          new Times(clock), documents, rules, (issuer, _) -> finder.configuration(issuer));
  private final List<HandMadeEntity> entities = new ArrayList<>();
  private final Map<String, Object> anchorSays = new HashMap<>();
  private HandMadeEntity anchor;
  private HandMadeEntity issuer;
  private HandMadeEntity leaf;

  @BeforeEach
  void make() {
    anchor = entity();
    issuer = entity();
    leaf = entity();
    anchor.vouches(leaf).vouches(issuer);
    anchorSays.put("trust_mark_issuers", Map.of(TYPE, List.of(issuer.id())));
    anchor.says(
        claims -> {
          anchorSays.forEach(claims::claim);
          return claims;
        });
  }

  private HandMadeEntity entity() {
    HandMadeEntity entity = new HandMadeEntity(clock);
    entities.add(entity);
    return entity;
  }

  @AfterEach
  void close() {
    documents.close();
    entities.forEach(HandMadeEntity::close);
  }

  private JWTClaimsSet.Builder mark() {
    return new JWTClaimsSet.Builder()
        .issuer(issuer.id())
        .subject(leaf.id())
        .claim("trust_mark_type", TYPE)
        .issueTime(Date.from(clock.instant()))
        .expirationTime(Date.from(clock.instant().plus(Duration.ofDays(30))));
  }

  private Outcome shown(ShownMark mark) throws InterruptedException {
    leaf.says(
        claims ->
            HandMadeEntity.site(claims)
                .claim("authority_hints", List.of(anchor.id()))
                .claim(
                    "trust_marks",
                    List.of(Map.of("trust_mark_type", mark.type(), "trust_mark", mark.text()))));
    return marks.check(finder.find(leaf.id(), anchor.id(), anchor.keys()));
  }

  private Outcome outcome(UnaryOperator<JWTClaimsSet.Builder> change) throws InterruptedException {
    return shown(new ShownMark(TYPE, issuer.sign(change.apply(mark()), MarkCheck.TYP)));
  }

  private Distrust refused(UnaryOperator<JWTClaimsSet.Builder> change) throws InterruptedException {
    return reason(outcome(change));
  }

  private static Distrust reason(Outcome outcome) {
    assertThat(outcome.valid()).isEmpty();
    return outcome.refused().stream().map(RefusedMark::reason).findFirst().orElseThrow();
  }

  @Test
  void aMarkOfAnAllowedIssuerHolds() throws Exception {
    assertThat(outcome(claims -> claims).valid())
        .extracting(MarkCheck.ValidMark::type)
        .containsExactly(TYPE);
    assertThat(outcome(claims -> claims.expirationTime(null)).valid()).hasSize(1);
  }

  @Test
  void eachOfTheRulesIsHeld() throws Exception {
    assertThat(refused(claims -> claims.subject(anchor.id())))
        .isEqualTo(Distrust.MARK_SUBJECT_MISMATCH);
    assertThat(refused(claims -> claims.issuer(leaf.id()))).isEqualTo(Distrust.MARK_ISSUER_REFUSED);
    assertThat(refused(claims -> claims.issueTime(null))).isEqualTo(Distrust.MALFORMED);
    assertThat(refused(claims -> claims.claim("trust_mark_type", TYPE + "2")))
        .isEqualTo(Distrust.MALFORMED);
    Date past = Date.from(clock.instant().minus(Duration.ofMinutes(3)));
    Date future = Date.from(clock.instant().plus(Duration.ofMinutes(3)));
    assertThat(refused(claims -> claims.expirationTime(past))).isEqualTo(Distrust.EXPIRED);
    assertThat(refused(claims -> claims.issueTime(future))).isEqualTo(Distrust.NOT_YET_VALID);
    assertThat(reason(shown(new ShownMark(TYPE, issuer.sign(mark(), "JWT")))))
        .isEqualTo(Distrust.WRONG_TYPE);
    // A key of somebody else, and one that pretends to be the issuer's.
    assertThat(reason(shown(new ShownMark(TYPE, leaf.sign(mark(), MarkCheck.TYP)))))
        .isEqualTo(Distrust.KEY_UNKNOWN);
    String text = issuer.sign(mark(), MarkCheck.TYP);
    String cut = text.substring(0, text.length() - 8) + "AAAAAAAA";
    assertThat(reason(shown(new ShownMark(TYPE, cut)))).isEqualTo(Distrust.SIGNATURE_INVALID);
    anchorSays.put("trust_mark_issuers", Map.of());
    assertThat(refused(claims -> claims)).isEqualTo(Distrust.MARK_ISSUER_REFUSED);
  }

  @Test
  void aMarkWithAnOwnerNeedsTheOwnersDelegation() throws Exception {
    HandMadeEntity owner = entity();
    anchorSays.put(
        "trust_mark_owners",
        Map.of(TYPE, Map.of("sub", owner.id(), "jwks", owner.keys().toJSONObject(true))));
    assertThat(refused(claims -> claims)).isEqualTo(Distrust.MARK_DELEGATION_INVALID);
    JWTClaimsSet.Builder delegation =
        new JWTClaimsSet.Builder()
            .issuer(owner.id())
            .subject(issuer.id())
            .claim("trust_mark_type", TYPE)
            .issueTime(Date.from(clock.instant()));
    String good = owner.sign(delegation, MarkCheck.DELEGATION_TYP);
    assertThat(outcome(claims -> claims.claim("delegation", good)).valid()).hasSize(1);
    String foreign = issuer.sign(delegation, MarkCheck.DELEGATION_TYP);
    assertThat(refused(claims -> claims.claim("delegation", foreign)))
        .isEqualTo(Distrust.MARK_DELEGATION_INVALID);
    String other = owner.sign(delegation.subject(leaf.id()), MarkCheck.DELEGATION_TYP);
    assertThat(refused(claims -> claims.claim("delegation", other)))
        .isEqualTo(Distrust.MARK_DELEGATION_INVALID);
    String typ = owner.sign(delegation.subject(issuer.id()), "JWT");
    assertThat(refused(claims -> claims.claim("delegation", typ)))
        .isEqualTo(Distrust.MARK_DELEGATION_INVALID);
  }

  @Test
  void whatTheIssuerSaysOfAMarkCounts() throws Exception {
    Map<String, String> status = new HashMap<>(Map.of("status", "active"));
    LoopbackServer answers = new LoopbackServer();
    answers.serve(
        (_, _) ->
            Optional.of(
                (request, answer) -> {
                  String form = new String(request.body(), StandardCharsets.UTF_8);
                  String mark = form.substring("trust_mark=".length());
                  answer.respond(
                      200,
                      "application/" + MarkCheck.STATUS_TYP,
                      issuer
                          .sign(
                              new JWTClaimsSet.Builder()
                                  .issuer(issuer.id())
                                  .issueTime(Date.from(clock.instant()))
                                  .claim("trust_mark", mark)
                                  .claim("status", status.get("status")),
                              MarkCheck.STATUS_TYP)
                          .getBytes(StandardCharsets.US_ASCII));
                }));
    issuer.says(
        claims ->
            claims.claim(
                "metadata",
                Map.of(
                    EntityStatement.FEDERATION,
                    Map.of("federation_trust_mark_status_endpoint", answers.url() + "/status"))));
    try (answers) {
      assertThat(outcome(claims -> claims).valid()).hasSize(1);
      status.put("status", "revoked");
      assertThat(refused(claims -> claims)).isEqualTo(Distrust.MARK_REVOKED);
      status.put("status", "expired");
      assertThat(refused(claims -> claims)).isEqualTo(Distrust.EXPIRED);
    }
  }

  @Test
  void keysWithTheirSecretHalfOrWithoutAnIdAreNoKeys() {
    JWKSet secret = new JWKSet(HandMadeEntity.draw());
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                    DistrustException.class, () -> Signatures.keys(secret.toJSONObject(false)))
                .reason())
        .isEqualTo(Distrust.MALFORMED);
  }
}
