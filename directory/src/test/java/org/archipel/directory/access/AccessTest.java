package org.archipel.directory.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.directory.Directory;
import org.archipel.directory.access.Subject.Held;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.AuditLog;
import org.archipel.storage.AuditRecord;
import org.archipel.storage.Database;
import org.archipel.storage.PageRequest;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Persons, their roles and sessions, and what is sealed, on a real database. */
final class AccessTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String ISSUER = "https://idp.example";

  @TempDir private Path folder = Path.of(".");

  private final Moved clock = new Moved();
  private final SecureRandom random = new SecureRandom();
  private final SiteKey key = new SiteKey(SECRET, random);

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private AuditLog audit;

  @SuppressWarnings("NullAway.Init")
  private Directory directory;

  @SuppressWarnings("NullAway.Init")
  private Persons persons;

  @SuppressWarnings("NullAway.Init")
  private Sessions sessions;

  private static final class Moved extends Clock {
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");

    void pass(Duration time) {
      now = now.plus(time);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void open() {
    database = Database.open(TestDatabase.url(folder));
    audit = new AuditLog(database, clock);
    directory = new Directory(database, audit, clock, random);
    directory.createOrganization(Actor.token(), "insa");
    directory.createProject(Actor.token(), "insa", "chat");
    persons = new Persons(database, audit, key, clock, random);
    sessions = new Sessions(database, SessionLimits.DEFAULTS, key, clock, random);
  }

  @AfterEach
  void close() {
    directory.close();
    database.close();
  }

  private Person signIn(String subject, Held... roles) {
    return persons.signedIn(
        new SignedIn(ISSUER, subject, "Ada", Optional.of("ada@example.org"), Set.of(roles)));
  }

  private List<String> actions() {
    return audit.entries(AuditFilter.ALL, PageRequest.FIRST).items().stream()
        .map(AuditRecord::entry)
        .map(entry -> entry.action())
        .toList();
  }

  @Test
  void rolesOfTheProviderFollowItsClaimsAndThoseByHandStay() {
    Held admin = new Held(Role.ORGANIZATION_ADMIN, new Scope.Organization("insa"));
    Person first = signIn("ada", admin);
    persons.grant(Actor.token(), first.id(), Role.AUDITOR, Scope.site());
    assertThat(signIn("ada", admin).roles()).hasSize(2);
    Person later = signIn("ada");
    assertThat(later.id()).isEqualTo(first.id());
    assertThat(later.roles()).extracting(RoleGrant::role).containsExactly(Role.AUDITOR);
    assertThat(actions()).contains("person.create", "role.grant", "role.revoke");
    assertThat(signIn("bob").id()).isNotEqualTo(first.id());
  }

  @Test
  void aSuspendedPersonIsNobodyUntilItIsResumedAlsoAfterARestart() {
    Person ada = signIn("ada", new Held(Role.SITE_OPERATOR, Scope.site()));
    String stranger = key.pseudonym("open-webui insa/chat", "42");
    persons.suspensions().suspend(Actor.token(), ada.pseudonym());
    persons.suspensions().suspend(Actor.token(), ada.pseudonym());
    persons.suspensions().suspend(Actor.token(), stranger);
    assertThat(persons.subject(ada.id())).isEmpty();
    assertThatThrownBy(() -> signIn("ada")).hasMessageContaining("suspended");
    Persons restarted = new Persons(database, audit, key, clock, random);
    assertThat(restarted.suspensions().contains(stranger)).isTrue();
    assertThat(restarted.subject(ada.id())).isEmpty();
    persons.suspensions().resume(Actor.token(), ada.pseudonym());
    persons.suspensions().resume(Actor.token(), ada.pseudonym());
    assertThat(persons.subject(ada.id())).isPresent();
    assertThat(signIn("ada").id()).isEqualTo(ada.id());
    assertThat(actions()).filteredOn("person.suspend"::equals).hasSize(2);
    assertThat(actions()).filteredOn("person.resume"::equals).hasSize(1);
    assertThatThrownBy(() -> persons.suspensions().suspend(Actor.token(), "ada"))
        .isInstanceOf(AccessException.class);
  }

  @Test
  void aRoleIsHeldWhereItFitsOnceAndByPersonsThatExist() {
    String ada = signIn("ada").id();
    Scope insa = new Scope.Organization("insa");
    RoleGrant grant = persons.grant(Actor.token(), ada, Role.ORGANIZATION_ADMIN, insa);
    assertThatThrownBy(() -> persons.grant(Actor.token(), ada, Role.ORGANIZATION_ADMIN, insa))
        .isInstanceOf(AccessException.class);
    assertThatThrownBy(() -> persons.grant(Actor.token(), ada, Role.SITE_OPERATOR, insa))
        .hasMessageContaining("site-operator");
    assertThatThrownBy(
            () ->
                persons.grant(Actor.token(), ada, Role.AUDITOR, new Scope.Organization("nowhere")))
        .hasMessageContaining("scope");
    assertThatThrownBy(() -> persons.grant(Actor.token(), "nobody", Role.AUDITOR, insa))
        .hasMessageContaining("person");
    assertThatThrownBy(() -> persons.revoke(Actor.token(), grant.id(), OptionalLong.of(2)))
        .isInstanceOfSatisfying(
            AccessException.class,
            e -> assertThat(e.kind()).isEqualTo(AccessException.Kind.CONFLICT_VERSION));
    persons.revoke(Actor.token(), grant.id(), OptionalLong.of(1));
    assertThat(persons.find(ada).orElseThrow().roles()).isEmpty();
  }

  @Test
  void aSessionEndsWhenItIsNotUsedAndAfterADayInAnyCase() {
    String ada = signIn("ada").id();
    Sessions.By by = new Sessions.By("rennes", Optional.of("sid"), "the.id.token");
    String idle = sessions.open(ada, by);
    clock.pass(Duration.ofMinutes(29));
    assertThat(sessions.find(idle)).isPresent();
    clock.pass(Duration.ofMinutes(29));
    assertThat(sessions.find(idle)).isPresent();
    clock.pass(Duration.ofMinutes(30));
    assertThat(sessions.find(idle)).isEmpty();
    String busy = sessions.open(ada, by);
    for (int minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      clock.pass(Duration.ofMinutes(20));
      assertThat(sessions.find(busy)).isPresent();
    }
    clock.pass(Duration.ofMinutes(20));
    assertThat(sessions.find(busy)).isEmpty();
  }

  @Test
  void aStolenDatabaseOpensNoSession() {
    String token =
        sessions.open(
            signIn("ada").id(), new Sessions.By("rennes", Optional.of("sid"), "the.id.token"));
    List<String> row =
        database.read(
            handle ->
                handle
                    .createQuery("SELECT token_sha256, sealed_token FROM session")
                    .map((one, context) -> one.getString(1) + " " + one.getString(2))
                    .list());
    assertThat(row).hasSize(1);
    assertThat(row.getFirst()).doesNotContain(token, "the.id.token");
    assertThat(sessions.find(row.getFirst().substring(0, 64))).isEmpty();
    assertThat(sessions.find(token).orElseThrow().idToken()).contains("the.id.token");
    Sessions thief =
        new Sessions(
            database,
            SessionLimits.DEFAULTS,
            new SiteKey("another key of another site 12345", random),
            clock,
            random);
    assertThat(thief.find(token).orElseThrow().idToken()).isEmpty();
  }

  @Test
  void logoutFromTheProviderEndsItsSessionsOnly() {
    String ada = signIn("ada").id();
    String one = sessions.open(ada, new Sessions.By("rennes", Optional.of("a"), "t"));
    String two = sessions.open(ada, new Sessions.By("rennes", Optional.of("b"), "t"));
    String other = sessions.open(ada, new Sessions.By("lyon", Optional.of("a"), "t"));
    assertThat(sessions.closeOfProviderSession("rennes", "a")).isEqualTo(1);
    assertThat(sessions.find(one)).isEmpty();
    assertThat(sessions.find(two)).isPresent();
    assertThat(sessions.closeOfPerson("rennes", ISSUER, "ada")).isEqualTo(1);
    assertThat(sessions.find(two)).isEmpty();
    assertThat(sessions.find(other)).isPresent();
  }

  @Test
  void aLinkIsGoodOnceAndForAQuarterOfAnHour() {
    OneTimeLinks links = new OneTimeLinks(clock, random);
    String used = links.draw();
    assertThat(links.use(used)).isTrue();
    assertThat(links.use(used)).isFalse();
    String old = links.draw();
    clock.pass(Duration.ofMinutes(15));
    assertThat(links.use(old)).isFalse();
    String first = links.draw();
    for (int i = 0; i < 16; i++) {
      links.draw();
    }
    assertThat(links.use(first)).as("the oldest of too many").isFalse();
  }

  @Test
  void pseudonymsAreStableAndDifferBySite() {
    String ada = key.pseudonym(ISSUER, "ada");
    assertThat(ada).matches("p-[0-9a-f]{30}").isEqualTo(key.pseudonym(ISSUER, "ada"));
    assertThat(key.pseudonym(ISSUER, "bob")).isNotEqualTo(ada);
    assertThat(key.pseudonym(ISSUER + " a", "da")).isNotEqualTo(key.pseudonym(ISSUER, "a da"));
    SiteKey other = new SiteKey("another key of another site 12345", random);
    assertThat(other.pseudonym(ISSUER, "ada")).isNotEqualTo(ada);
  }

  @Test
  void sealedTextOpensForItsPurposeAndUnaltered() {
    String sealed = key.seal("login", "text é");
    assertThat(key.open("login", sealed)).contains("text é");
    assertThat(key.open("logout", sealed)).isEmpty();
    for (int i = 0; i < sealed.length() - 1; i++) {
      char other = sealed.charAt(i) == 'A' ? 'Q' : 'A';
      String altered = sealed.substring(0, i) + other + sealed.substring(i + 1);
      assertThat(key.open("login", altered)).as("at %d", i).isEmpty();
    }
    assertThat(key.open("login", sealed.substring(4))).isEmpty();
    assertThat(key.open("login", "é!")).isEmpty();
    assertThat(key.toString()).doesNotContain(SECRET);
  }

  @Test
  void everyActionHasItsReach() {
    Authority authority = new Authority();
    Subject nobody = new Subject.Person("n", Set.of());
    Subject member =
        new Subject.Person("m", Set.of(new Held(Role.PROJECT_MEMBER, new Scope.Project("a", "p"))));
    for (Action action : Action.values()) {
      assertThat(authority.may(Subject.ADMINISTRATOR, action, Scope.consortium())).isTrue();
      assertThat(authority.mayAnywhere(nobody, action))
          .as(action.word())
          .isEqualTo(action == Action.SELF);
      assertThat(authority.may(member, action, new Scope.Project("a", "q")))
          .as(action.word())
          .isEqualTo(Set.of(Action.SELF, Action.CATALOG_READ, Action.TARIFF_READ).contains(action));
    }
    assertThat(authority.may(member, Action.ORGANIZATION_READ, new Scope.Organization("a")))
        .isTrue();
    assertThat(authority.may(member, Action.PROJECT_READ, new Scope.Organization("a"))).isFalse();
    assertThat(authority.visible(member, Action.KEY_READ).shows("a", Optional.of("p"))).isTrue();
    assertThat(authority.visible(member, Action.KEY_READ).shows("a", Optional.of("q"))).isFalse();
    assertThat(authority.visible(member, Action.AUDIT_READ).nothing()).isTrue();
  }
}
