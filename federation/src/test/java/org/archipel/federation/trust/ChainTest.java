package org.archipel.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of hand-made entities over real HTTP: each fault has its name. */
final class ChainTest {
  private final TurnedClock clock = new TurnedClock();
  private final Times times = new Times(clock);
  private final AddressRules rules = new AddressRules(false, true, Set.of());
  private final HttpDocuments documents = new HttpDocuments(rules);
  private final ChainFinder finder = new ChainFinder(documents, rules, new ChainCheck(times));
  private final List<HandMadeEntity> entities = new ArrayList<>();
  private HandMadeEntity anchor;
  private HandMadeEntity middle;
  private HandMadeEntity leaf;

  @BeforeEach
  void make() {
    anchor = entity();
    middle = entity();
    leaf = entity();
    anchor.vouches(middle).vouches(leaf);
    middle.vouches(leaf);
    middle.says(
        claims ->
            claims
                .claim("authority_hints", List.of(anchor.id()))
                .claim("metadata", middle.superior()));
    leaf.below(anchor);
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

  private Chain find() throws InterruptedException {
    return finder.find(leaf.id(), anchor.id(), anchor.keys());
  }

  private Distrust refused() throws InterruptedException {
    try {
      find();
    } catch (DistrustException e) {
      return e.reason();
    }
    throw new AssertionError("the chain was believed");
  }

  private Distrust refused(UnaryOperator<JWTClaimsSet.Builder> saidByAnchor)
      throws InterruptedException {
    anchor.vouches(leaf, saidByAnchor);
    return refused();
  }

  @Test
  void chainsOfOneAndTwoSuperiorsHold() throws Exception {
    assertThat(find().statements()).hasSize(3);
    leaf.below(middle);
    Chain chain = find();
    assertThat(chain.statements()).hasSize(4);
    assertThat(chain.keys().getKeys()).hasSize(1);
    assertThat(chain.expires()).isBefore(clock.instant().plus(Duration.ofHours(1)));
    assertThat(finder.find(anchor.id(), anchor.id(), anchor.keys()).statements()).hasSize(1);
  }

  @Test
  void aSuperiorThatSaysNothingOrOfSomebodyElseBreaksTheChain() throws Exception {
    HandMadeEntity stranger = entity().below(anchor);
    leaf = stranger;
    assertThat(refused()).isEqualTo(Distrust.NOT_A_MEMBER);
    assertThat(refused(claims -> claims.subject(middle.id()))).isEqualTo(Distrust.BROKEN_LINK);
    assertThat(refused(claims -> claims.issuer(middle.id()))).isEqualTo(Distrust.BROKEN_LINK);
    leaf.says(claims -> claims.subject(anchor.id()));
    assertThat(refused()).isEqualTo(Distrust.BROKEN_LINK);
  }

  @Test
  void aLoopAndAChainTooLongAreNamed() throws Exception {
    HandMadeEntity other = entity().vouches(middle);
    middle.vouches(other);
    middle.says(
        claims ->
            claims
                .claim("authority_hints", List.of(other.id()))
                .claim("metadata", middle.superior()));
    other.says(
        claims ->
            claims
                .claim("authority_hints", List.of(middle.id()))
                .claim("metadata", other.superior()));
    leaf.below(middle);
    assertThat(refused()).isEqualTo(Distrust.CHAIN_LOOP);

    HandMadeEntity below = leaf;
    for (int i = 0; i < 5; i++) {
      HandMadeEntity above = entity().vouches(below);
      if (i == 0) {
        below.below(above);
      } else {
        HandMadeEntity inner = below;
        inner.says(
            claims ->
                claims
                    .claim("authority_hints", List.of(above.id()))
                    .claim("metadata", inner.superior()));
      }
      below = above;
    }
    assertThat(refused()).isIn(Distrust.CHAIN_TOO_LONG, Distrust.NO_CHAIN_TO_ANCHOR);
  }

  @Test
  void whoNamesNoSuperiorThatLeadsToTheAnchorHasNoChain() throws Exception {
    leaf.says(HandMadeEntity::site);
    assertThat(refused()).isEqualTo(Distrust.NO_CHAIN_TO_ANCHOR);
  }

  @Test
  void aForgedSignatureIsNamedWhereverItIs() throws Exception {
    leaf.forges();
    assertThat(refused()).isEqualTo(Distrust.SIGNATURE_INVALID);
    leaf = entity().below(anchor);
    anchor.vouches(leaf);
    find();
    // The key that the entity has now is not the one that the anchor knows.
    leaf.changeKey();
    assertThat(refused()).isEqualTo(Distrust.KEY_UNKNOWN);
    anchor.vouches(leaf);
    find();
    JWKSet pinned = anchor.keys();
    anchor.changeKey();
    assertThat(refusedWith(pinned)).isEqualTo(Distrust.ANCHOR_KEY_MISMATCH);
    anchor.forges();
    assertThat(refused()).isEqualTo(Distrust.SIGNATURE_INVALID);
  }

  private Distrust refusedWith(JWKSet pinned) throws InterruptedException {
    try {
      finder.find(leaf.id(), anchor.id(), pinned);
    } catch (DistrustException e) {
      return e.reason();
    }
    throw new AssertionError("the chain was believed");
  }

  @Test
  void unsignedTextsAndOtherTypesAreRefused() throws Exception {
    leaf.typ("jwt");
    assertThat(refused()).isEqualTo(Distrust.MALFORMED);
    leaf.typ(EntityStatement.TYP);
    String header =
        Base64URL.encode("{\"alg\":\"none\",\"typ\":\"entity-statement+jwt\"}").toString();
    String body = Base64URL.encode("{\"iss\":\"x\"}").toString();
    leaf.serves(header + "." + body + ".");
    assertThat(refused()).isEqualTo(Distrust.ALGORITHM_REFUSED);
    leaf.serves(
        Base64URL.encode("{\"alg\":\"HS256\",\"typ\":\"entity-statement+jwt\"}")
            + "."
            + body
            + ".AA");
    assertThat(refused()).isEqualTo(Distrust.ALGORITHM_REFUSED);
    leaf.serves(leaf.sign(leaf.statement(leaf.id(), leaf.keys()), "JWT"));
    assertThat(refused()).isEqualTo(Distrust.WRONG_TYPE);
    leaf.serves("no JWT at all");
    assertThat(refused()).isEqualTo(Distrust.MALFORMED);
  }

  @Test
  void timesAreCheckedOnEveryStatement() throws Exception {
    Date past = Date.from(clock.instant().minus(Duration.ofMinutes(3)));
    Date future = Date.from(clock.instant().plus(Duration.ofMinutes(3)));
    assertThat(refused(claims -> claims.expirationTime(past))).isEqualTo(Distrust.EXPIRED);
    assertThat(refused(claims -> claims.issueTime(future))).isEqualTo(Distrust.NOT_YET_VALID);
    anchor.vouches(leaf);
    leaf.says(
        claims ->
            HandMadeEntity.site(claims)
                .claim("authority_hints", List.of(anchor.id()))
                .expirationTime(past));
    assertThat(refused()).isEqualTo(Distrust.EXPIRED);
  }

  @Test
  void unknownCriticalClaimsAndOperatorsAreRefused() throws Exception {
    assertThat(refused(claims -> claims.claim("crit", List.of("moon_phase"))))
        .isEqualTo(Distrust.CRITICAL_CLAIM_UNKNOWN);
    assertThat(refused(claims -> claims.claim("metadata_policy_crit", List.of("regexp"))))
        .isEqualTo(Distrust.CRITICAL_CLAIM_UNKNOWN);
    anchor.vouches(leaf, claims -> policy(claims, "site_id", Map.of("regexp", "z.*")));
    find();
  }

  private static JWTClaimsSet.Builder policy(
      JWTClaimsSet.Builder claims, String parameter, Map<String, Object> operators) {
    return claims.claim(
        "metadata_policy", Map.of(EntityStatement.SITE, Map.of(parameter, operators)));
  }

  private Map<String, Object> site() throws InterruptedException {
    return find().metadata().getOrDefault(EntityStatement.SITE, Map.of());
  }

  private Object resolved(String parameter, Map<String, Object> operators)
      throws InterruptedException {
    anchor.vouches(leaf, claims -> policy(claims, parameter, operators));
    return Optional.ofNullable(site().get(parameter)).orElse("absent");
  }

  @Test
  void policiesChangeMetadataAsTheSpecificationSays() throws Exception {
    assertThat(resolved("site_id", Map.of("value", "set"))).isEqualTo("set");
    assertThat(resolved("country", Map.of("default", "fr"))).isEqualTo("fr");
    assertThat(resolved("site_id", Map.of("default", "other"))).isEqualTo("x");
    assertThat(resolved("labels", Map.of("add", "c"))).isEqualTo(List.of("a", "b", "c"));
    assertThat(resolved("labels", Map.of("subset_of", List.of("a", "z")))).isEqualTo(List.of("a"));
    assertThat(resolved("labels", Map.of("superset_of", List.of("a"))))
        .isEqualTo(List.of("a", "b"));
    assertThat(resolved("site_id", Map.of("one_of", List.of("x", "z")))).isEqualTo("x");
    assertThat(refused(claims -> policy(claims, "site_id", Map.of("one_of", List.of("z")))))
        .isEqualTo(Distrust.POLICY_VIOLATION);
    assertThat(refused(claims -> policy(claims, "labels", Map.of("superset_of", List.of("z")))))
        .isEqualTo(Distrust.POLICY_VIOLATION);
    assertThat(refused(claims -> policy(claims, "country", Map.of("essential", true))))
        .isEqualTo(Distrust.POLICY_VIOLATION);
  }

  @Test
  void policiesOfTwoSuperiorsAreCombinedAndMayContradict() throws Exception {
    leaf.below(middle);
    anchor.vouches(middle, claims -> policy(claims, "labels", Map.of("subset_of", List.of("a"))));
    middle.vouches(
        leaf, claims -> policy(claims, "labels", Map.of("subset_of", List.of("a", "b"))));
    assertThat(site()).containsEntry("labels", List.of("a"));
    anchor.vouches(middle, claims -> policy(claims, "site_id", Map.of("value", "one")));
    middle.vouches(leaf, claims -> policy(claims, "site_id", Map.of("value", "two")));
    assertThat(refused()).isEqualTo(Distrust.POLICY_VIOLATION);
  }

  @Test
  void whatTheSuperiorSaysOfAnEntityGoesBeforeItsOwnWord() throws Exception {
    anchor.vouches(
        leaf,
        claims ->
            claims.claim("metadata", Map.of(EntityStatement.SITE, Map.of("site_id", "given"))));
    assertThat(site()).containsEntry("site_id", "given");
  }

  private static UnaryOperator<JWTClaimsSet.Builder> constraint(String name, Object value) {
    return claims -> claims.claim("constraints", Map.of(name, value));
  }

  @Test
  void constraintsHold() throws Exception {
    anchor.vouches(leaf, constraint("max_path_length", 0));
    find();
    assertThat(refused(constraint("naming_constraints", Map.of("permitted", List.of(".fr")))))
        .isEqualTo(Distrust.CONSTRAINT_VIOLATION);
    assertThat(refused(constraint("naming_constraints", Map.of("excluded", List.of("127.0.0.1")))))
        .isEqualTo(Distrust.CONSTRAINT_VIOLATION);
    assertThat(refused(constraint("allowed_entity_types", List.of("openid_provider"))))
        .isEqualTo(Distrust.CONSTRAINT_VIOLATION);
    anchor.vouches(
        leaf, constraint("naming_constraints", Map.of("permitted", List.of("127.0.0.1"))));
    find();
    leaf.below(middle);
    anchor.vouches(middle, constraint("max_path_length", 0));
    assertThat(refused()).isEqualTo(Distrust.CONSTRAINT_VIOLATION);
    anchor.vouches(middle, constraint("max_path_length", 1));
    find();
  }

  @Test
  void anEntityThatIsAwayRedirectsOrSendsTooMuchIsNamed() throws Exception {
    leaf.status(302);
    assertThat(refused()).isEqualTo(Distrust.REDIRECT_REFUSED);
    leaf.status(500);
    assertThat(refused()).isEqualTo(Distrust.UNREACHABLE);
    leaf.status(200).serves("x".repeat(70_000));
    assertThat(refused()).isEqualTo(Distrust.TOO_LARGE);
    leaf.server().away(true);
    assertThat(refused()).isEqualTo(Distrust.UNREACHABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/x",
        "https://192.168.1.1",
        "https://[fd00::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://100.64.0.1",
        "https://0.0.0.0",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "https://user:secret@example.org/",
        "https://example.org/a/../../etc",
        "https://example.org/%2e%2e/x",
        "https://example.org//x",
        "https://example.org/a\\b",
        "https://example.org/#part",
        "http://example.org/x"
      })
  void metadataUrlsLeadNowhereElse(String url) throws Exception {
    HandMadeEntity superior = entity().vouches(leaf);
    superior.says(
        claims ->
            claims.claim(
                "metadata",
                Map.of(EntityStatement.FEDERATION, Map.of("federation_fetch_endpoint", url))));
    leaf.says(
        claims -> HandMadeEntity.site(claims).claim("authority_hints", List.of(superior.id())));
    assertThat(refused()).isEqualTo(Distrust.ADDRESS_REFUSED);
    leaf.says(claims -> HandMadeEntity.site(claims).claim("authority_hints", List.of(url)));
    assertThat(refused()).isEqualTo(Distrust.ADDRESS_REFUSED);
  }

  @Test
  void publicAddressesAreTold() throws Exception {
    for (String address : List.of("193.52.9.1", "2001:660::1", "8.8.8.8")) {
      assertThat(AddressRules.isPublic(InetAddress.getByName(address))).as(address).isTrue();
    }
    for (String address : List.of("198.18.0.1", "240.0.0.1", "2002:a00:1::", "64:ff9b::a00:1")) {
      assertThat(AddressRules.isPublic(InetAddress.getByName(address))).as(address).isFalse();
    }
  }
}
