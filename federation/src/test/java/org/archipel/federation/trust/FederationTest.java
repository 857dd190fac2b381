package org.archipel.federation.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.JWTClaimsSet;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.archipel.directory.DirectoryException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Several sites over real HTTP: one is the anchor, all trust each other by it. */
final class FederationTest {
  private static final String TYP = "archipel-assertion+jwt";

  @TempDir private Path folder;
  private final TurnedClock clock = new TurnedClock();
  private final List<TestSite> sites = new ArrayList<>();
  private TestSite rennes;
  private TestSite lille;
  private TestSite saclay;

  @BeforeEach
  void foundAndAdmit() throws Exception {
    rennes = site("rennes", Optional.empty());
    rennes.found();
    lille = site("lille", Optional.of(rennes));
    saclay = site("saclay", Optional.of(rennes));
    rennes.admit(lille);
    rennes.admit(saclay);
    for (TestSite one : sites) {
      for (TestSite other : sites) {
        if (one != other) {
          within(30).until(() -> one.trusts(other));
        }
      }
    }
  }

  @AfterEach
  void close() {
    sites.forEach(TestSite::close);
  }

  private TestSite site(String id, Optional<TestSite> anchor) {
    TestSite site = new TestSite(folder, id, anchor, clock);
    sites.add(site);
    return site;
  }

  private static ConditionFactory within(int seconds) {
    return Awaitility.await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(seconds));
  }

  private String signed(TestSite by, TestSite to, Duration lifetime) {
    return by.room()
        .identity()
        .sign(
            TYP,
            new JWTClaimsSet.Builder()
                .audience(to.entityId())
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(clock.instant().plus(lifetime)))
                .build());
  }

  private String assertion(TestSite by, TestSite to) {
    return signed(by, to, Duration.ofSeconds(60));
  }

  private static Distrust refused(Runnable verification) {
    try {
      verification.run();
    } catch (DistrustException e) {
      return e.reason();
    }
    throw new AssertionError("it was believed");
  }

  @Test
  @OnOneDatabase
  void membersTrustEachOtherAsTheAnchorSaysTheyAre() {
    Partner seen = lille.trust().partner(saclay.entityId()).orElseThrow();
    assertThat(seen.siteId()).isEqualTo("saclay");
    assertThat(seen.organization()).isEqualTo("univ-saclay");
    assertThat(seen.marks())
        .containsExactlyInAnyOrder(
            rennes.entityId() + "/tm/member", rennes.entityId() + "/tm/contributor");
    assertThat(seen.chainExpires()).isAfter(clock.instant().plus(Duration.ofHours(23)));
    assertThat(lille.trust().partners()).hasSize(2);

    Verified verified = lille.trust().verifyOnce(assertion(saclay, lille), TYP, lille.entityId());
    assertThat(verified.partner()).isEqualTo(seen);
    assertThat(lille.audited())
        .contains("federation.trust " + saclay.entityId(), "federation.trust " + rennes.entityId());
  }

  @Test
  @OnOneDatabase
  void whatIsNotForThisSiteOrWasUsedOrIsOfAnotherKindIsRefused() {
    String text = assertion(saclay, lille);
    lille.trust().verifyOnce(text, TYP, lille.entityId());
    Trust trust = lille.trust();
    assertThat(refused(() -> trust.verifyOnce(text, TYP, lille.entityId())))
        .isEqualTo(Distrust.REPLAYED);
    assertThat(refused(() -> trust.verify(assertion(saclay, rennes), TYP, lille.entityId())))
        .isEqualTo(Distrust.WRONG_AUDIENCE);
    assertThat(refused(() -> trust.verify(text, "archipel-receipt+jwt", lille.entityId())))
        .isEqualTo(Distrust.WRONG_TYPE);
    String old = signed(saclay, lille, Duration.ofMinutes(-3));
    assertThat(refused(() -> trust.verify(old, TYP, lille.entityId()))).isEqualTo(Distrust.EXPIRED);
    String cut = text.substring(0, text.length() - 6) + "AAAAAA";
    assertThat(refused(() -> trust.verify(cut, TYP, lille.entityId())))
        .isEqualTo(Distrust.SIGNATURE_INVALID);
    assertThat(lille.room().counters().refused())
        .containsEntry(Distrust.REPLAYED, 1L)
        .containsEntry(Distrust.SIGNATURE_INVALID, 1L);
  }

  @Test
  @OnOneDatabase
  void whatWasIssuedBeforeAStartCountsAsUsed() {
    String text = assertion(saclay, lille);
    clock.turn(Duration.ofSeconds(5));
    lille.restart();
    assertThat(refused(() -> lille.trust().verifyOnce(text, TYP, lille.entityId())))
        .isEqualTo(Distrust.REPLAYED);
  }

  @Test
  void aSuspendedMemberIsOutWithinFiveSecondsAndInAgainLater() {
    List<Partner> told = new CopyOnWriteArrayList<>();
    lille.trust().subscribe(told::add);
    rennes.room().consortium().suspend(TestSite.ACTOR, "saclay", "a test", Optional.empty());
    within(5).until(() -> !lille.trusts(saclay) && !rennes.trusts(saclay));

    assertThat(refused(() -> lille.trust().verify(assertion(saclay, lille), TYP, lille.entityId())))
        .isEqualTo(Distrust.SUSPENDED);
    assertThat(told).extracting(Partner::state).contains(Partner.State.SUSPENDED);
    within(5)
        .untilAsserted(
            () -> assertThat(lille.audited()).contains("federation.suspend " + saclay.entityId()));

    rennes.room().consortium().resume(TestSite.ACTOR, "saclay", Optional.empty());
    within(30).until(() -> lille.trusts(saclay) && rennes.trusts(saclay));
  }

  @Test
  void aSuspensionIsRememberedByAStartWhileTheAnchorIsAway() {
    rennes.room().consortium().suspend(TestSite.ACTOR, "saclay", "a test", Optional.empty());
    within(5).until(() -> lille.audited().contains("federation.suspend " + saclay.entityId()));
    rennes.server().away(true);
    lille.restart();
    assertThat(lille.trusts(rennes)).isTrue();
    assertThat(lille.trusts(saclay)).isFalse();
  }

  @Test
  @OnOneDatabase
  void chainsHoldWhileTheAnchorIsAwayUntilTheyExpire() {
    rennes.server().away(true);
    lille.restart();
    assertThat(lille.trusts(saclay)).isTrue();
    clock.turn(Duration.ofHours(23));
    lille.trust().verify(assertion(saclay, lille), TYP, lille.entityId());
    clock.turn(Duration.ofHours(1).plusMinutes(5));
    assertThat(refused(() -> lille.trust().verify(assertion(saclay, lille), TYP, lille.entityId())))
        .isEqualTo(Distrust.EXPIRED);
    within(5).until(() -> lille.audited().contains("federation.distrust " + saclay.entityId()));

    rennes.server().away(false);
    clock.turn(Duration.ofMinutes(5));
    within(30).until(() -> lille.trusts(saclay));
  }

  @Test
  @OnOneDatabase
  void chainsAreRenewedBeforeTheyExpire() {
    Instant first = lille.trust().partner(saclay.entityId()).orElseThrow().chainExpires();
    clock.turn(Duration.ofHours(2));
    within(30)
        .until(
            () ->
                lille
                    .trust()
                    .partner(saclay.entityId())
                    .orElseThrow()
                    .chainExpires()
                    .isAfter(first.plus(Duration.ofMinutes(90))));
  }

  @Test
  void aMarkIsSeenAndARevokedOneIsGoneWithinFiveSeconds() {
    Consortium consortium = rennes.room().consortium();
    consortium.mark(
        TestSite.ACTOR, "saclay", "label:secnumcloud", Optional.empty(), Optional.empty());
    within(30)
        .until(
            () ->
                lille
                    .trust()
                    .partner(saclay.entityId())
                    .orElseThrow()
                    .labels()
                    .contains("secnumcloud"));

    consortium.revoke(TestSite.ACTOR, "saclay", "label:secnumcloud", Optional.empty());
    within(5)
        .until(() -> lille.trust().partner(saclay.entityId()).orElseThrow().labels().isEmpty());
    assertThat(lille.trusts(saclay)).isTrue();

    consortium.revoke(TestSite.ACTOR, "saclay", "member", Optional.empty());
    within(5).until(() -> !lille.trusts(saclay));
    assertThat(refused(() -> lille.trust().verify(assertion(saclay, lille), TYP, lille.entityId())))
        .isIn(Distrust.MARK_REVOKED, Distrust.NOT_A_MEMBER);
  }

  @Test
  @OnOneDatabase
  void aKeyIsRotatedWithoutAMomentOfDistrust() {
    String former = saclay.room().keys().getFirst().kid();
    String early = signed(saclay, lille, Duration.ofHours(1));
    String next = saclay.room().rotateKey(TestSite.ACTOR);
    within(30)
        .until(() -> rennes.room().consortium().member("saclay").orElseThrow().keys().size() == 2);
    // The others hear of it long before it signs.
    within(30).until(() -> keysKnownOf(saclay) == 2);
    assertThat(saclay.room().keys().getFirst().kid()).isEqualTo(former);

    // A start in the middle goes on where it was.
    saclay.restart();
    clock.turn(SiteKeys.ANNOUNCED_FOR.plusSeconds(1));
    within(30)
        .until(
            () -> {
              lille.trust().verify(assertion(saclay, lille), TYP, lille.entityId());
              return saclay.room().keys().getFirst().kid().equals(next);
            });
    lille.trust().verify(early, TYP, lille.entityId());
    assertThat(lille.trusts(saclay)).isTrue();
  }

  @Test
  @OnOneDatabase
  void theAnchorsOwnKeyIsRotatedAndThoseWhoPinnedTheFormerFollow() {
    String next = rennes.room().rotateKey(TestSite.ACTOR);
    within(30).until(() -> keysKnownOf(rennes) == 2);
    clock.turn(SiteKeys.ANNOUNCED_FOR.plusSeconds(1));
    within(30).until(() -> rennes.room().keys().getFirst().kid().equals(next));
    clock.turn(Duration.ofHours(2));
    within(30)
        .until(
            () ->
                lille.trusts(saclay)
                    && lille
                        .trust()
                        .partner(rennes.entityId())
                        .orElseThrow()
                        .chainExpires()
                        .isAfter(clock.instant().plus(Duration.ofHours(23))));
    lille.trust().verify(assertion(rennes, lille), TYP, lille.entityId());
  }

  @Test
  @OnOneDatabase
  void aStrangersAnchorKeysAreNotTheAnchors() {
    TestSite stranger = site("stranger", Optional.empty());
    TrustOptions own = lille.options();
    TrustOptions other =
        new TrustOptions(
            own.entityId(),
            own.site(),
            own.anchor(),
            Optional.of(stranger.publicKeys()),
            false,
            own.allowedHosts(),
            own.statementLifetime());
    lille.restart(other);
    assertThat(lille.trusts(saclay)).isFalse();
    within(5)
        .until(
            () ->
                lille.room().counters().refused().getOrDefault(Distrust.ANCHOR_KEY_MISMATCH, 0L)
                    > 0);
    assertThat(lille.trusts(saclay)).isFalse();
  }

  @Test
  @OnOneDatabase
  void aClockThatIsTwoMinutesOffStillWorksAndOneFurtherOffDoesNot() {
    TurnedClock fast = new TurnedClock();
    fast.turn(Duration.ofSeconds(115));
    String early = sign(fast, Duration.ofSeconds(60));
    lille.trust().verify(early, TYP, lille.entityId());
    fast.turn(Duration.ofSeconds(15));
    String tooEarly = sign(fast, Duration.ofSeconds(60));
    assertThat(refused(() -> lille.trust().verify(tooEarly, TYP, lille.entityId())))
        .isEqualTo(Distrust.NOT_YET_VALID);
    TurnedClock slow = new TurnedClock();
    slow.turn(Duration.ofSeconds(-115));
    lille.trust().verify(sign(slow, Duration.ofSeconds(60)), TYP, lille.entityId());
  }

  private int keysKnownOf(TestSite other) {
    return ((LiveTrust) lille.trust()).entry(other.entityId()).orElseThrow().keys().size();
  }

  /** Saclay's key under another clock. */
  private String sign(TurnedClock other, Duration lifetime) {
    SiteKeys keys =
        SiteKeys.open(
            new KeyFile(folder.resolve("saclay.keys")),
            saclay.entityId(),
            other,
            Duration.ofHours(24),
            new java.security.SecureRandom());
    return keys.sign(
        TYP,
        new JWTClaimsSet.Builder()
            .audience(lille.entityId())
            .expirationTime(Date.from(other.instant().plus(lifetime)))
            .build());
  }

  @Test
  void aSecondMemberCannotTakeTheIdOfAnother() {
    TestSite impostor = site("impostor", Optional.of(rennes));
    assertThatThrownBy(
            () ->
                rennes
                    .room()
                    .admit(
                        TestSite.ACTOR,
                        new Consortium.Admission(
                            impostor.entityId(),
                            "lille",
                            "Lille",
                            "univ-lille",
                            Consortium.MemberKind.CONTRIBUTOR),
                        Optional.empty()))
        .isInstanceOf(DirectoryException.class);
    assertThat(lille.trust().partner(impostor.entityId())).isEmpty();
    assertThat(
            refused(() -> lille.trust().verify(assertion(impostor, lille), TYP, lille.entityId())))
        .isEqualTo(Distrust.UNKNOWN_PARTNER);
  }

  /** Does not touch the database in another way than the others: once is enough. */
  @Retention(RetentionPolicy.RUNTIME)
  @DisabledIfSystemProperty(named = "archipel.test.storage", matches = "postgresql")
  private @interface OnOneDatabase {}
}
