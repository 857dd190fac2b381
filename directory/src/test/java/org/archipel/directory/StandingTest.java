package org.archipel.directory;

import static org.archipel.directory.DirectoryHarness.accepted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.directory.DirectoryException.Kind;
import org.archipel.directory.KeyCheck.Accepted;
import org.archipel.directory.KeyCheck.Rejected;
import org.archipel.directory.KeyTerms.ServiceClass;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditCheck;
import org.archipel.storage.Page;
import org.archipel.storage.PageRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What keys may do follows organizations, projects, keys and entitlements at once. */
@Timeout(60)
class StandingTest {
  private static final Actor ADA = Actor.person("ada");
  private static final OptionalLong ANY = OptionalLong.empty();

  @TempDir Path folder;
  private DirectoryHarness harness;

  @BeforeEach
  void open() {
    harness = new DirectoryHarness(folder);
  }

  @AfterEach
  void close() {
    harness.close();
  }

  private static OrganizationProfile beneficiary() {
    return new OrganizationProfile(
        OrganizationKind.BENEFICIARY, Optional.empty(), Identifiers.NONE, List.of(), 3);
  }

  private EntitlementTerms terms(String models, Instant from, Optional<Instant> until) {
    return new EntitlementTerms(
        AllowedModels.of(List.of(models)), ServiceClass.STANDARD, from, until, AgreedLimits.NONE);
  }

  private boolean may(NewKey key, String model) {
    return harness.check(key) instanceof Accepted good && good.caller().grants().permits(model);
  }

  @Test
  void suspendingStopsAllKeysAndResumingRestoresThem() {
    NewKey key = harness.firstKey();
    Organizations organizations = harness.directory().organizations();
    Organization suspended = organizations.suspend(ADA, "lab", ANY, "unpaid");
    assertThat(harness.check(key)).isEqualTo(Rejected.SUSPENDED);
    assertThat(suspended.suspension()).contains(new Suspension(harness.clock.instant(), "unpaid"));
    assertThat(organizations.suspend(ADA, "lab", ANY, "again")).isEqualTo(suspended);
    assertThat(harness.check(harness.key(Optional.empty()))).isEqualTo(Rejected.SUSPENDED);
    harness.reopen();
    assertThat(harness.check(key)).isEqualTo(Rejected.SUSPENDED);
    harness.directory().organizations().resume(ADA, "lab", ANY);
    assertThat(harness.check(key)).isEqualTo(accepted(key));
  }

  @Test
  void anArchivedProjectsKeysStopAndItGetsNoNewOnes() {
    NewKey key = harness.firstKey();
    harness.directory().projects().archive(ADA, "lab", "web", ANY);
    assertThat(harness.check(key)).isEqualTo(Rejected.ARCHIVED);
    assertRefused(Kind.CONFLICT, () -> harness.key(Optional.empty()));
    harness.reopen();
    assertThat(harness.check(key)).isEqualTo(Rejected.ARCHIVED);
    harness.directory().projects().restore(ADA, "lab", "web", ANY);
    assertThat(harness.check(key)).isEqualTo(accepted(key));
  }

  @Test
  void aChangedKeyIsCheckedByItsNewTermsAtOnce() {
    NewKey key = harness.firstKey();
    harness.check(key);
    Keys keys = harness.directory().keys();
    KeyProfile profile =
        new KeyProfile(
            Optional.of("web"),
            Optional.of("a purpose\nof two lines"),
            KeyTerms.DEFAULT,
            AllowedModels.of(List.of("mistral-*")),
            Set.of("secnumcloud"),
            Set.of(org.archipel.directory.Scope.USAGE_READ),
            Optional.of(harness.clock.instant().plusSeconds(60)),
            Optional.empty());
    ApiKey changed = keys.change(ADA, key.key().id(), OptionalLong.of(1), _ -> profile);
    assertThat(changed.version()).isEqualTo(2);
    Accepted answer = (Accepted) harness.check(key);
    assertThat(answer).isEqualTo(accepted(new NewKey(changed, "")));
    assertThat(answer.caller().grants().permits("llama")).isFalse();
    assertRefused(
        Kind.CONFLICT_VERSION,
        () -> keys.change(ADA, key.key().id(), OptionalLong.of(1), before -> before));
    harness.reopen();
    assertThat(harness.check(key)).isEqualTo(answer);
    harness.clock.pass(Duration.ofSeconds(60));
    assertThat(harness.check(key)).isEqualTo(Rejected.EXPIRED);
    assertThat(harness.keys().getFirst().profile()).isEqualTo(profile);
  }

  @Test
  void aRotatedKeyWorksForTheOverlapAndItsSuccessorForLonger() {
    NewKey old = harness.firstKey();
    String id = old.key().id();
    Keys keys = harness.directory().keys();
    NewKey next = keys.rotate(ADA, id, ANY, Keys.USUAL_OVERLAP);
    assertThat(next.key().profile()).isEqualTo(old.key().profile());
    assertThat(keys.find(id).orElseThrow().life().successor()).contains(next.key().id());
    assertRefused(Kind.CONFLICT, () -> keys.rotate(ADA, id, ANY, Keys.USUAL_OVERLAP));
    assertRefused(
        Kind.INVALID, () -> keys.rotate(ADA, next.key().id(), ANY, Duration.ofSeconds(-1)));
    harness.clock.pass(Duration.ofHours(24).minusMillis(1));
    assertThat(harness.check(old)).isInstanceOf(Accepted.class);
    harness.clock.pass(Duration.ofMillis(1));
    assertThat(harness.check(old)).isEqualTo(Rejected.EXPIRED);
    harness.reopen();
    assertThat(harness.check(old)).isEqualTo(Rejected.EXPIRED);
    assertThat(harness.check(next)).isEqualTo(accepted(next));
  }

  @Test
  void aRevokedKeyTakesNoChange() {
    NewKey key = harness.firstKey();
    String id = key.key().id();
    harness.directory().revokeKey(ADA, id);
    Keys keys = harness.directory().keys();
    assertRefused(Kind.CONFLICT, () -> keys.change(ADA, id, ANY, before -> before));
    assertRefused(Kind.CONFLICT, () -> keys.rotate(ADA, id, ANY, Duration.ZERO));
    assertThat(harness.check(key)).isEqualTo(Rejected.REVOKED);
  }

  @Test
  void aBeneficiaryMayUseWhatItsEntitlementsPermitToTheMillisecond() {
    NewKey key = harness.firstKey();
    assertThat(may(key, "m")).isTrue();
    Directory directory = harness.directory();
    directory.organizations().change(ADA, "lab", ANY, _ -> beneficiary());
    assertThat(may(key, "m")).isFalse();
    assertThat(directory.organizations().shares()).containsEntry("lab", 3);

    Instant from = harness.clock.instant().plusMillis(100);
    EntitlementTerms terms = terms("m*", from, Optional.of(from.plusMillis(50)));
    Entitlement granted =
        directory
            .entitlements()
            .grant(ADA, new Entitlements.Grant("lab", Optional.empty(), terms, "council of May"));
    for (int round = 0; round < 2; round++) {
      assertThat(may(key, "m")).isFalse();
      harness.clock.pass(Duration.ofMillis(100));
      assertThat(may(key, "m")).isTrue();
      assertThat(may(key, "other")).isFalse();
      Accepted good = (Accepted) harness.check(key);
      assertThat(good.caller().termsFor("m").maxClass()).isEqualTo(ServiceClass.STANDARD);
      harness.clock.pass(Duration.ofMillis(50));
      assertThat(may(key, "m")).isFalse();
      harness.clock.pass(Duration.ofMillis(-150));
      harness.reopen();
    }
    harness.clock.pass(Duration.ofMillis(120));
    harness.directory().entitlements().end(ADA, granted.id(), ANY, Optional.empty());
    assertThat(may(key, "m")).isFalse();
  }

  @Test
  void anEntitlementOfAProjectIsForThatProjectOnlyAndOneThatHasNotBegunCanBeEnded() {
    NewKey web = harness.firstKey();
    Directory directory = harness.directory();
    directory.createProject(ADA, "lab", "api");
    NewKey api = directory.createKey(ADA, "lab", "api", Optional.empty(), Optional.empty());
    directory.organizations().change(ADA, "lab", ANY, _ -> beneficiary());
    Instant now = harness.clock.instant();
    Entitlements entitlements = directory.entitlements();
    entitlements.grant(
        ADA,
        new Entitlements.Grant(
            "lab", Optional.of("web"), terms("*", now, Optional.empty()), "council"));
    assertThat(may(web, "m")).isTrue();
    assertThat(may(api, "m")).isFalse();
    Entitlement later =
        entitlements.grant(
            ADA,
            new Entitlements.Grant(
                "lab", Optional.empty(), terms("*", now.plusSeconds(9), Optional.empty()), "x"));
    entitlements.end(ADA, later.id(), ANY, Optional.empty());
    harness.clock.pass(Duration.ofSeconds(10));
    assertThat(may(api, "m")).isFalse();
  }

  @Test
  void limitsOfEntitlementsAreSeenWhileTheyLast() {
    harness.firstKey();
    Instant now = harness.clock.instant();
    OptionalLong none = OptionalLong.empty();
    AgreedLimits limits = new AgreedLimits(OptionalLong.of(5), none, none, OptionalLong.of(1000));
    EntitlementTerms terms =
        new EntitlementTerms(
            AllowedModels.ALL,
            ServiceClass.INTERACTIVE,
            now,
            Optional.of(now.plusSeconds(1)),
            limits);
    Entitlements entitlements = harness.directory().entitlements();
    entitlements.grant(ADA, new Entitlements.Grant("lab", Optional.empty(), terms, "x"));
    assertThat(entitlements.limits("lab", now.toEpochMilli())).containsExactly(limits);
    assertThat(entitlements.limits("lab", now.toEpochMilli() + 1000)).isEmpty();
    assertThat(entitlements.limits("none", now.toEpochMilli())).isEmpty();
  }

  @Test
  void whoSignedInIsJudgedByTheStandingOfTheOrganization() {
    harness.firstKey();
    Caller person = new Caller("person", "lab", "web").withPerson("p");
    Directory directory = harness.directory();
    assertThat(directory.admit(person)).isEqualTo(new Accepted(person));
    directory.organizations().change(ADA, "lab", ANY, _ -> beneficiary());
    Accepted narrowed = (Accepted) directory.admit(person);
    assertThat(narrowed.caller().grants().permits("m")).isFalse();
    assertThat(narrowed.caller().person()).contains("p");
    directory.organizations().suspend(ADA, "lab", ANY, "x");
    assertThat(directory.admit(person)).isEqualTo(Rejected.SUSPENDED);
    assertThat(directory.admit(new Caller("person", "nobody", "web")))
        .isEqualTo(Rejected.SUSPENDED);
  }

  @Test
  void whatIsKnownOfAnOrganizationLastsAndItsVersionRises() {
    Organizations organizations = harness.directory().organizations();
    OrganizationProfile profile =
        new OrganizationProfile(
            OrganizationKind.CONTRIBUTOR,
            Optional.of("Université d'Été"),
            new Identifiers(
                Optional.of("193509361"),
                Optional.empty(),
                Optional.of("0350936C"),
                Optional.of("015m7wh34")),
            List.of(
                new Contact("Ada", "ada@univ.example", Optional.of("DPO")),
                new Contact("Bureau", "bureau@univ.example", Optional.empty())),
            7);
    Organization made = organizations.create(ADA, "lab", profile);
    harness.reopen();
    organizations = harness.directory().organizations();
    assertThat(organizations.find("lab")).contains(made);
    Organization changed =
        organizations.change(ADA, "lab", OptionalLong.of(1), _ -> OrganizationProfile.DEFAULT);
    assertThat(changed.version()).isEqualTo(2);
    assertThat(organizations.find("lab")).contains(changed);
    assertThat(organizations.change(ADA, "lab", ANY, before -> before)).isEqualTo(changed);
    Organizations now = organizations;
    assertRefused(Kind.CONFLICT_VERSION, () -> now.suspend(ADA, "lab", OptionalLong.of(1), "late"));
    assertThat(harness.audit().verify()).isInstanceOf(AuditCheck.Whole.class);
  }

  @Test
  void listsShowWhatMayBeSeenPageByPage() {
    Directory directory = harness.directory();
    for (String organization : List.of("a", "b", "c")) {
      directory.createOrganization(ADA, organization);
      for (String project : List.of("x", "y")) {
        directory.createProject(ADA, organization, project);
        directory.createKey(ADA, organization, project, Optional.empty(), Optional.empty());
        directory.createKey(ADA, organization, project, Optional.empty(), Optional.empty());
      }
    }
    Visible some = new Visible(false, Set.of("a"), Set.of(new Scope.Project("c", "y")));
    KeyFilter filter = new KeyFilter(Optional.empty(), Optional.empty(), some);
    List<ApiKey> seen = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Page<ApiKey> page = directory.keys().list(filter, new PageRequest(after, 1));
      seen.addAll(page.items());
      after = page.next();
    } while (after.isPresent());
    assertThat(seen)
        .extracting(key -> key.organization() + key.project())
        .containsExactlyInAnyOrder("ax", "ax", "ay", "ay", "cy", "cy");
    assertThat(seen).doesNotHaveDuplicates();
    assertThat(directory.projects().list(Optional.empty(), some, PageRequest.FIRST).items())
        .extracting(project -> project.organization() + project.name())
        .containsExactly("ax", "ay", "cy");
    assertThat(directory.organizations().list(some, PageRequest.FIRST).items())
        .extracting(Organization::name)
        .containsExactly("a");
    Visible none = new Visible(false, Set.of(), Set.of());
    assertThat(directory.organizations().list(none, PageRequest.FIRST).items()).isEmpty();
    assertThat(directory.projects().list(Optional.empty(), none, PageRequest.FIRST).items())
        .isEmpty();
  }

  private static void assertRefused(Kind kind, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(
            DirectoryException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
