package org.archipel.directory.quota;

import static org.archipel.directory.quota.QuotaHarness.ORGANIZATION;
import static org.archipel.directory.quota.QuotaHarness.WHOLE;
import static org.archipel.directory.quota.QuotaHarness.project;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.directory.Caller;
import org.archipel.directory.Directory;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.NewKey;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditCheck;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.AuditLog;
import org.archipel.storage.AuditRecord;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageRequest;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotasTest {
  private static final Actor ADMIN = Actor.token();
  private static final Limits DAILY = Limits.NONE.with(QuotaKind.TOKENS_PER_DAY, 100);

  @TempDir Path folder;

  private final QuotaHarness site = new QuotaHarness();
  private Database database;
  private AuditLog audit;
  private Directory directory;
  private Quotas quotas;
  private NewKey key;

  @BeforeEach
  void open() {
    database = Database.open(TestDatabase.url(folder));
    audit = new AuditLog(database, site.hands);
    directory = new Directory(database, audit, site.hands, new SecureRandom());
    directory.createOrganization(ADMIN, ORGANIZATION);
    directory.createProject(ADMIN, ORGANIZATION, "chat");
    key = directory.createKey(ADMIN, ORGANIZATION, "chat", Optional.empty(), Optional.empty());
    quotas = new Quotas(database, audit, site.gate, site.hands);
  }

  @AfterEach
  void close() {
    directory.close();
    database.close();
  }

  private Caller caller() {
    return new Caller(key.key().id(), ORGANIZATION, "chat");
  }

  private QuotaScope keyScope() {
    return QuotaScope.key(ORGANIZATION, "chat", key.key().id());
  }

  @Test
  void changeCountsAtOnceAndRemovalToo() {
    quotas.set(ADMIN, keyScope(), DAILY, OptionalLong.empty());
    site.refused(caller(), 101);
    quotas.set(ADMIN, keyScope(), DAILY.with(QuotaKind.TOKENS_PER_DAY, 200), OptionalLong.empty());
    site.use(caller(), 101);
    site.refused(caller(), 101);
    quotas.remove(ADMIN, keyScope().id(), OptionalLong.empty());
    site.use(caller(), 101);
  }

  @Test
  void quotaIsThereAgainAfterARestart() {
    Limits all = Limits.NONE;
    for (QuotaKind kind : QuotaKind.values()) {
      all = all.with(kind, 7 + all.values().size());
    }
    Quota set = quotas.set(ADMIN, project("chat"), all, OptionalLong.empty());
    QuotaHarness other = new QuotaHarness();
    Quotas reopened = new Quotas(database, audit, other.gate, other.hands);
    assertThat(reopened.get("project:univ-rennes:chat")).isEqualTo(set);
    assertThat(reopened.get(set.scope().id()).limits()).isEqualTo(all);
    other.refused(caller(), 100);
  }

  @Test
  void someLimitsCanBeChangedAlone() {
    quotas.set(ADMIN, WHOLE, DAILY, OptionalLong.empty());
    Limits slots = Limits.NONE.with(QuotaKind.CONCURRENT_REQUESTS, 4);
    Quota changed = quotas.change(ADMIN, WHOLE, slots, OptionalLong.of(1));
    assertThat(changed.limits()).isEqualTo(DAILY.with(QuotaKind.CONCURRENT_REQUESTS, 4));
    assertThat(quotas.change(ADMIN, project("chat"), slots, OptionalLong.empty()).version())
        .isEqualTo(1);
  }

  @Test
  void versionRisesAndGuardsAgainstOverwriting() {
    assertThat(quotas.set(ADMIN, WHOLE, DAILY, OptionalLong.of(0)).version()).isEqualTo(1);
    assertThat(quotas.set(ADMIN, WHOLE, DAILY, OptionalLong.of(1)).version()).isEqualTo(2);
    assertThatThrownBy(() -> quotas.set(ADMIN, WHOLE, DAILY, OptionalLong.of(1)))
        .isInstanceOf(DirectoryException.class)
        .extracting("kind")
        .isEqualTo(DirectoryException.Kind.CONFLICT_VERSION);
    assertThatThrownBy(() -> quotas.remove(ADMIN, WHOLE.id(), OptionalLong.of(1)))
        .extracting("kind")
        .isEqualTo(DirectoryException.Kind.CONFLICT_VERSION);
    assertThat(quotas.get(WHOLE.id()).version()).isEqualTo(2);
  }

  @Test
  void everyChangeLeavesItsEntry() {
    quotas.set(ADMIN, WHOLE, DAILY, OptionalLong.empty());
    quotas.remove(Actor.person("p1"), WHOLE.id(), OptionalLong.empty());
    Page<AuditRecord> entries = audit.entries(AuditFilter.ALL, PageRequest.FIRST);
    assertThat(entries.items().getFirst().entry().action()).isEqualTo("quota.remove");
    assertThat(entries.items().getFirst().entry().actor()).isEqualTo(Actor.person("p1"));
    assertThat(entries.items().get(1).entry().action()).isEqualTo("quota.set");
    assertThat(entries.items().get(1).entry().details()).containsEntry("tokens_per_day", "100");
    assertThat(audit.verify()).isInstanceOf(AuditCheck.Whole.class);
  }

  @Test
  void nobodyGetsAQuotaWhoDoesNotExist() {
    List<QuotaScope> strangers =
        List.of(
            QuotaScope.organization("nobody"),
            QuotaScope.project(ORGANIZATION, "nothing"),
            QuotaScope.key(ORGANIZATION, "chat", "aaaaaaaaaaaa"),
            QuotaScope.key(ORGANIZATION, "other", key.key().id()));
    for (QuotaScope scope : strangers) {
      assertThatThrownBy(() -> quotas.set(ADMIN, scope, DAILY, OptionalLong.empty()))
          .extracting("kind")
          .isEqualTo(DirectoryException.Kind.NOT_FOUND);
    }
    assertThatThrownBy(() -> quotas.remove(ADMIN, WHOLE.id(), OptionalLong.empty()))
        .hasMessage("quota organization:univ-rennes does not exist");
    assertThatThrownBy(() -> quotas.get("organization:<b>'; DROP"))
        .hasMessage("the quota does not exist");
  }

  @Test
  void wrongNumbersAreNamed() {
    assertThatThrownBy(() -> Limits.NONE.with(QuotaKind.REQUESTS_PER_MINUTE, 0))
        .hasMessage("requests_per_minute: 0 (expected: 1 to 100000000000)");
    assertThatThrownBy(() -> Limits.NONE.with(QuotaKind.TOKEN_BURST, 5))
        .hasMessage("token_burst: 5 (expected: together with tokens_per_minute)");
    assertThatThrownBy(() -> quotas.set(ADMIN, WHOLE, Limits.NONE, OptionalLong.empty()))
        .hasMessageStartingWith("limits: none");
  }

  @Test
  void idsNameScopes() {
    assertThat(quotas.scope("organization:univ-rennes")).isEqualTo(WHOLE);
    assertThat(quotas.scope("project:univ-rennes:chat")).isEqualTo(project("chat"));
    assertThat(quotas.scope("key:" + key.key().id())).isEqualTo(keyScope());
    for (String wrong :
        List.of("", "organization", "team:a", "project:a", "organization:a:b", "k".repeat(500))) {
      assertThatThrownBy(() -> quotas.scope(wrong)).isInstanceOf(DirectoryException.class);
    }
  }

  @Test
  void listGoesPageByPageAndOnlyWhereOneMayLook() {
    directory.createOrganization(ADMIN, "other");
    for (QuotaScope scope : List.of(WHOLE, project("chat"), keyScope())) {
      quotas.set(ADMIN, scope, DAILY, OptionalLong.empty());
    }
    quotas.set(ADMIN, QuotaScope.organization("other"), DAILY, OptionalLong.empty());
    Visible mine = new Visible(false, Set.of(ORGANIZATION), Set.of());
    Page<Quota> first = quotas.list(mine, new PageRequest(Optional.empty(), 2));
    Page<Quota> second = quotas.list(mine, new PageRequest(first.next(), 2));
    assertThat(first.items()).hasSize(2);
    assertThat(second.items()).extracting(Quota::scope).containsExactly(project("chat"));
    assertThat(second.next()).isEmpty();
    assertThat(quotas.list(Visible.EVERYTHING, PageRequest.FIRST).items()).hasSize(4);
    assertThat(quotas.list(new Visible(false, Set.of(), Set.of()), PageRequest.FIRST).items())
        .isEmpty();
    Set<Scope.Project> one = Set.of(new Scope.Project(ORGANIZATION, "chat"));
    assertThat(quotas.list(new Visible(false, Set.of(), one), PageRequest.FIRST).items())
        .extracting(Quota::scope)
        .containsExactly(keyScope(), project("chat"));
  }

  @Test
  void whatEarlierProcessesUsedIsLoaded() {
    quotas.set(ADMIN, WHOLE, DAILY, OptionalLong.empty());
    LocalDate today = LocalDate.parse("2026-03-10");
    Consumed row = new Consumed(today, ORGANIZATION, "chat", key.key().id(), "m", 90, 0);
    assertThat(
            quotas.load(
                (since, until) -> {
                  assertThat(since).isEqualTo("2026-03-01T00:00:00Z");
                  return new Consumption.Sums(List.of(row), false);
                },
                Optional.empty()))
        .isFalse();
    site.refused(caller(), 11);
    site.use(caller(), 10);
  }
}
