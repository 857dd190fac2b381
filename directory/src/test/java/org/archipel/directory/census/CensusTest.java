package org.archipel.directory.census;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.archipel.directory.Directory;
import org.archipel.directory.DirectoryException;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageRequest;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CensusTest {
  private static final Actor SOMEBODY = Actor.person("ines");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path folder;
  private final AtomicLong ids = new AtomicLong();

  @SuppressWarnings("NullAway.Init")
  private Database database;

  @SuppressWarnings("NullAway.Init")
  private Directory directory;

  @SuppressWarnings("NullAway.Init")
  private Census census;

  @BeforeEach
  void open() {
    database = Database.open(TestDatabase.url(folder));
    AuditLog audit = new AuditLog(database, CLOCK);
    directory = new Directory(database, audit, CLOCK, new SecureRandom());
    directory.createOrganization(SOMEBODY, "univ-rennes");
    directory.createOrganization(SOMEBODY, "univ-lille");
    census = new Census(database, audit, CLOCK, () -> new UUID(0, ids.incrementAndGet()));
  }

  @AfterEach
  void close() {
    directory.close();
    database.close();
  }

  private static CensusDraft declared(String device, int count) {
    return new CensusDraft(
        CensusKind.DECLARED,
        device,
        count,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  private static CensusDraft wanted(String device, int count) {
    return new CensusDraft(
        CensusKind.WANTED,
        device,
        count,
        Optional.of("chat for 40,000 students"),
        Optional.of(LocalDate.of(2027, 9, 1)),
        OptionalInt.of(1),
        Optional.of(new CensusCost(120_000_000_000L, "EUR")));
  }

  private List<String> audit() {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT action FROM audit_entry ORDER BY sequence")
                .mapTo(String.class)
                .list());
  }

  @Test
  void whatIsSaidIsKept() {
    CensusEntry has = census.add(SOMEBODY, "univ-rennes", declared("l40s", 4));
    CensusEntry wants = census.add(SOMEBODY, "univ-rennes", wanted("h100-sxm", 8));

    assertThat(census.all()).containsExactly(has, wants);
    assertThat(census.entry(wants.id())).isEqualTo(wants);
    assertThat(wants.createdBy()).isEqualTo("person:ines");
    census.remove(SOMEBODY, wants.id());
    assertThat(census.all()).containsExactly(has);
    assertThat(audit()).endsWith("census.declare", "census.want", "census.remove");
  }

  @Test
  void whatOneHasIsNotCountedTwice() {
    census.add(SOMEBODY, "univ-rennes", declared("l40s", 4));
    census.add(SOMEBODY, "univ-lille", declared("l40s", 1));
    CensusEntry again = census.add(SOMEBODY, "univ-rennes", declared("L40S", 6));

    assertThat(census.entries(Optional.of(Set.of("univ-rennes")), PageRequest.FIRST).items())
        .containsExactly(again);
    census.add(SOMEBODY, "univ-rennes", wanted("l40s", 1));
    census.add(SOMEBODY, "univ-rennes", wanted("l40s", 1));
    assertThat(census.all()).hasSize(4);
  }

  @Test
  void pagesAreWholeAndShowOnlyWhatIsAskedFor() {
    for (int i = 0; i < 25; i++) {
      census.add(SOMEBODY, i % 2 == 0 ? "univ-rennes" : "univ-lille", wanted("l4", i + 1));
    }
    List<CensusEntry> read = new ArrayList<>();
    Optional<String> after = Optional.empty();
    do {
      Page<CensusEntry> page = census.entries(Optional.empty(), new PageRequest(after, 4));
      assertThat(page.items()).hasSizeBetween(1, 4);
      read.addAll(page.items());
      after = page.next();
    } while (after.isPresent());

    assertThat(read).containsExactlyElementsOf(census.all());
    assertThat(census.entries(Optional.of(Set.of("univ-lille")), PageRequest.FIRST).items())
        .hasSize(12)
        .allMatch(entry -> entry.organization().equals("univ-lille"));
    assertThat(census.entries(Optional.of(Set.of()), PageRequest.FIRST).items()).isEmpty();
  }

  @Test
  void wrongFormsAreRefused() {
    assertThatThrownBy(() -> declared("=cmd|' /C calc'!A0", 1)).hasMessageContaining("device: ");
    assertThatThrownBy(() -> declared("l4", 0)).hasMessageContaining("count: 0 (expected: 1 to");
    assertThatThrownBy(
            () ->
                new CensusDraft(
                    CensusKind.WANTED,
                    "l4",
                    1,
                    Optional.empty(),
                    Optional.empty(),
                    OptionalInt.empty(),
                    Optional.empty()))
        .hasMessageContaining("purpose: missing");
    assertThatThrownBy(() -> new CensusCost(-1, "EUR")).hasMessageContaining("cost: -1");
    assertThatThrownBy(() -> census.add(SOMEBODY, "nobody", declared("l4", 1)))
        .isInstanceOfSatisfying(
            DirectoryException.class,
            e -> assertThat(e.kind()).isEqualTo(DirectoryException.Kind.NOT_FOUND));
    assertThatThrownBy(() -> census.remove(SOMEBODY, "nothing"))
        .isInstanceOf(DirectoryException.class);
  }
}
