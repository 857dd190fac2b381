package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AuditLogTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");

  @TempDir Path folder;
  private Database database;
  private AuditLog log;

  @BeforeEach
  void open() {
    database = Database.open(TestDatabase.url(folder));
    log = new AuditLog(database, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static AuditEntry entry(Actor actor, String action, String subject, String of) {
    Optional<String> organization = Optional.of(of).filter(name -> !name.isEmpty());
    return new AuditEntry(actor, action, subject, organization, Map.of("a", "1", "b", "é"));
  }

  private static AuditEntry entry(int number) {
    return entry(Actor.token(), "thing.change", "s" + number, "lab");
  }

  private void append(AuditEntry... entries) {
    for (AuditEntry entry : entries) {
      write(entry);
    }
  }

  private void write(AuditEntry entry) {
    database.write(
        handle -> {
          log.append(handle, entry);
          return true;
        });
  }

  private void append(int count) {
    for (int i = 1; i <= count; i++) {
      write(entry(i));
    }
  }

  private int change(String sql, Object... values) {
    return database.write(handle -> handle.execute(sql, values));
  }

  @Test
  void entriesComeBackAsTheyWereWrittenTheLatestFirst() {
    AuditEntry first = entry(Actor.person("p1"), "key.create", "k", "lab");
    AuditEntry second =
        new AuditEntry(Actor.system("start"), "tariff.add", "t", Optional.empty(), Map.of());
    append(first, second);
    List<AuditRecord> records = log.entries(AuditFilter.ALL, PageRequest.FIRST).items();
    assertThat(records).extracting(AuditRecord::entry).containsExactly(second, first);
    assertThat(records).extracting(AuditRecord::sequence).containsExactly(2L, 1L);
    assertThat(records).extracting(AuditRecord::at).containsOnly(NOW);
    assertThat(log.verify()).isEqualTo(new AuditCheck.Whole(2, records.getFirst().hash()));
  }

  @Test
  void anEmptyLogIsWhole() {
    assertThat(log.verify()).isEqualTo(new AuditCheck.Whole(0, "0".repeat(64)));
  }

  @Test
  void aChangeThatIsUndoneLeavesNoEntry() {
    append(1);
    assertThatThrownBy(
            () ->
                database.write(
                    handle -> {
                      log.append(handle, entry(2));
                      throw new IllegalArgumentException("no");
                    }))
        .hasMessage("no");
    append(1);
    assertThat(log.verify()).isInstanceOf(AuditCheck.Whole.class);
    assertThat(log.entries(AuditFilter.ALL, PageRequest.FIRST).items())
        .extracting(AuditRecord::sequence)
        .containsExactly(2L, 1L);
  }

  static List<Long> seeds() {
    return List.of(1L, 2L, System.nanoTime());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anyAlteredCharacterBreaksTheChainAtItsEntry(long seed) {
    Random random = new Random(seed);
    append(20);
    List<String> columns =
        List.of("actor_kind", "actor_id", "action", "subject", "organization", "sha256");
    for (int step = 0; step < 60; step++) {
      int victim = 1 + random.nextInt(20);
      boolean detail = random.nextInt(4) == 0;
      String table = detail ? "audit_detail" : "audit_entry";
      String column = detail ? "value" : columns.get(random.nextInt(columns.size()));
      String where = " WHERE sequence = " + victim + (detail ? " AND name = 'b'" : "");
      String read = "SELECT " + column + " FROM " + table + where;
      String before = database.read(handle -> handle.createQuery(read).mapTo(String.class).one());
      int at = random.nextInt(before.length());
      char other = before.charAt(at) == 'x' ? 'y' : 'x';
      String altered = before.substring(0, at) + other + before.substring(at + 1);
      String update = "UPDATE " + table + " SET " + column + " = ?" + where;
      change(update, altered);
      assertThat(log.verify())
          .as("seed %d, step %d: %s %d", seed, step, column, victim)
          .isInstanceOfSatisfying(
              AuditCheck.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(victim));
      change(update, before);
    }
    assertThat(log.verify()).isInstanceOf(AuditCheck.Whole.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE audit_entry SET at = at + 1 WHERE sequence = 3",
        "UPDATE audit_entry SET organization = NULL WHERE sequence = 3",
        "UPDATE audit_entry SET subject = '' WHERE sequence = 3",
        "UPDATE audit_entry SET actor_kind = '' WHERE sequence = 3",
        "DELETE FROM audit_detail WHERE sequence = 3 AND name = 'a'",
        "UPDATE audit_detail SET name = 'c' WHERE sequence = 3 AND name = 'a'",
        "INSERT INTO audit_detail (sequence, name, value) VALUES (3, 'c', '')",
      })
  void whatWasDoneToAnEntryIsSeenAtIt(String meddling) {
    append(5);
    assertThat(change(meddling)).isOne();
    assertThat(log.verify())
        .isInstanceOfSatisfying(
            AuditCheck.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(3));
  }

  @Test
  void aRemovedEntryIsNamed() {
    append(5);
    change("DELETE FROM audit_detail WHERE sequence = 2");
    change("DELETE FROM audit_entry WHERE sequence = 2");
    assertThat(log.verify()).isEqualTo(new AuditCheck.Broken(2, "the entry is missing"));
  }

  @Test
  void aCutTailAndAPutInTailAreSeen() {
    append(5);
    change(
        "INSERT INTO audit_entry (sequence, at, actor_kind, actor_id, action, subject, sha256)"
            + " VALUES (6, 0, 'token', 'x', 'a.b', 's', ?)",
        "0".repeat(64));
    assertThat(log.verify())
        .isInstanceOfSatisfying(
            AuditCheck.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(6));
    change("DELETE FROM audit_entry WHERE sequence = 6");
    change("DELETE FROM audit_detail WHERE sequence = 5");
    change("DELETE FROM audit_entry WHERE sequence = 5");
    assertThat(log.verify()).isEqualTo(new AuditCheck.Broken(5, "the entry is missing"));
    change("UPDATE audit_head SET sequence = 4");
    assertThat(log.verify())
        .isInstanceOfSatisfying(
            AuditCheck.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(5));
  }

  @Test
  void writersAtOnceMakeOneChain() throws Exception {
    long writers = 8;
    int each = 25;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        all.add(threads.submit(() -> append(each)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(log.verify())
        .isInstanceOfSatisfying(
            AuditCheck.Whole.class, whole -> assertThat(whole.entries()).isEqualTo(writers * each));
  }

  @Test
  void textThatNoStoreKeepsIsReplacedAndTheChainHolds() {
    AuditEntry odd =
        new AuditEntry(
            Actor.token(),
            "key.create",
            "a\u0000b\ud800" + "🐟".repeat(300),
            Optional.empty(),
            Map.of("note", "line\nline\u0007"));
    append(odd);
    AuditRecord record = log.entries(AuditFilter.ALL, PageRequest.FIRST).items().getFirst();
    assertThat(record.entry()).isEqualTo(odd);
    assertThat(odd.subject()).startsWith("a\uFFFDb\uFFFD🐟").endsWith("…");
    assertThat(odd.subject().codePointCount(0, odd.subject().length())).isEqualTo(200);
    assertThat(odd.details()).containsEntry("note", "line\nline\uFFFD");
    assertThat(log.verify()).isInstanceOf(AuditCheck.Whole.class);
  }

  @Test
  void filtersNarrow() {
    append(
        entry(Actor.person("p1"), "key.create", "1", "lab"),
        entry(Actor.person("p2"), "key.revoke", "2", "lab"),
        entry(Actor.person("p1"), "keyring.change", "3", "insa"),
        entry(Actor.token(), "key.create", "4", ""));
    assertThat(found(of("lab"), "", "")).containsExactly(2, 1);
    assertThat(found(Optional.of(Set.of("lab", "insa")), "", "")).containsExactly(3, 2, 1);
    assertThat(found(Optional.of(Set.of()), "", "")).isEmpty();
    assertThat(found(Optional.empty(), "person:p1", "")).containsExactly(3, 1);
    assertThat(found(Optional.empty(), "token", "")).containsExactly(4);
    assertThat(found(Optional.empty(), "", "key")).containsExactly(4, 2, 1);
    assertThat(found(Optional.empty(), "", "key.create")).containsExactly(4, 1);
    assertThat(found(of("lab"), "person", "key.revoke")).containsExactly(2);
    assertThat(at(NOW, Instant.MAX)).hasSize(4);
    assertThat(at(NOW.plusMillis(1), Instant.MAX)).isEmpty();
    assertThat(at(Instant.MIN, NOW)).isEmpty();
  }

  private static Optional<Set<String>> of(String name) {
    return Optional.of(Set.of(name));
  }

  private List<Integer> found(Optional<Set<String>> of, String actor, String action) {
    Optional<String> who = Optional.of(actor).filter(text -> !text.isEmpty());
    Optional<String> what = Optional.of(action).filter(text -> !text.isEmpty());
    AuditFilter filter = new AuditFilter(of, who, what, Optional.empty(), Optional.empty());
    return log.entries(filter, PageRequest.FIRST).items().stream()
        .map(record -> Integer.valueOf(record.entry().subject()))
        .toList();
  }

  private List<AuditRecord> at(Instant since, Instant until) {
    AuditFilter filter =
        new AuditFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(since),
            Optional.of(until));
    return log.entries(filter, PageRequest.FIRST).items();
  }

  @Test
  void pagesGoOnWhereTheLastOneEndedWhateverIsAddedMeanwhile() {
    append(7);
    List<Long> seen = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Page<AuditRecord> page = log.entries(AuditFilter.ALL, new PageRequest(after, 3));
      page.items().forEach(record -> seen.add(record.sequence()));
      after = page.next();
      append(1);
    } while (after.isPresent());
    assertThat(seen)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 7).map(i -> 8 - i).boxed().toList());
  }
}
