package org.archipel.ledger;

import static org.archipel.ledger.LedgerHarness.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.archipel.ledger.Statement.Issuer;
import org.archipel.ledger.Statement.Line;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.PageRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements: what they say, and that what was closed stays. */
final class StatementsTest {
  static final Issuer ISSUER = new Issuer("rennes", "Rennes", StatementParty.of("univ-rennes"));
  private static final YearMonth SEPTEMBER = YearMonth.of(2026, 9);
  private static final YearMonth OCTOBER = YearMonth.of(2026, 10);
  private static final Instant IN_SEPTEMBER = Instant.parse("2026-09-30T23:59:59.999999Z");

  @TempDir Path folder;
  private LedgerHarness ledger;

  @BeforeEach
  void open() {
    ledger = new LedgerHarness(folder);
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  /** 1234 tokens of which 512 cached, 345 produced, 8.9 s on an engine, 0.001024 EUR. */
  static UsageRecord record(long number, String consumer, String owner, Instant at) {
    UsageRecord r = Records.typical(number);
    return new UsageRecord(
        r.id(),
        at,
        r.requestId(),
        r.site(),
        new UsageRecord.Charged(consumer, "p", "k"),
        r.model(),
        owner.isEmpty() ? Optional.empty() : Optional.of(new UsageRecord.Place("gpu1", owner)),
        r.route(),
        r.streamed(),
        r.outcome(),
        r.status(),
        r.errorCode(),
        r.tokens(),
        r.timing(),
        r.requestBytes(),
        r.responseBytes(),
        r.attempts(),
        r.serviceClass(),
        Optional.of("p-1"),
        r.audioMillis(),
        r.engineMicros(),
        r.price());
  }

  private Statement shown(String organization, YearMonth month) {
    return ledger.statements.show(ISSUER, StatementParty.of(organization), month).statement();
  }

  private ClosedStatement close(String organization, YearMonth month) {
    return ledger.statements.close(ACTOR, ISSUER, StatementParty.of(organization), month);
  }

  @Test
  void draftTellsWhatWasTakenGivenAndOwedOnEachSide() {
    ledger.store.insert(
        List.of(
            record(1, "insa", "univ-rennes", IN_SEPTEMBER),
            record(2, "univ-rennes", "univ-rennes", IN_SEPTEMBER),
            record(3, "univ-rennes", "insa", IN_SEPTEMBER),
            record(4, "ubo", "univ-rennes", IN_SEPTEMBER),
            record(5, "insa", "", IN_SEPTEMBER),
            record(6, "insa", "univ-rennes", IN_SEPTEMBER.plusNanos(1000))));
    Statement rennes = shown("univ-rennes", SEPTEMBER);
    assertThat(rennes.consumed()).extracting(Line::party).containsExactly("insa", "univ-rennes");
    assertThat(rennes.contributed()).extracting(Line::party).containsExactly("insa", "ubo");
    assertThat(rennes.balances())
        .containsExactly(new Statement.Balance("EUR", 2048, 1024, 2048, 1024));
    assertThat(rennes.volume().net())
        .isEqualTo(new Statement.Volume(1, 1234, 512, 345, 8_900_000, 0));
    Statement insa = shown("insa", SEPTEMBER);
    assertThat(insa.consumed()).extracting(Line::party).containsExactly("", "univ-rennes");
    assertThat(insa.balances()).containsExactly(new Statement.Balance("EUR", 2048, 0, 1024, -1024));
    assertThat(shown("insa", OCTOBER).volume().consumed().requests()).isEqualTo(1);
    assertThat(ledger.statements.open(SEPTEMBER)).containsExactly("insa", "ubo", "univ-rennes");
  }

  @Test
  void closedStatementStaysAndHasTheNextNumber() {
    ledger.store.insert(List.of(record(1, "insa", "univ-rennes", IN_SEPTEMBER)));
    ClosedStatement first = close("insa", SEPTEMBER);
    ClosedStatement second = close("univ-rennes", SEPTEMBER);
    assertThat(first.number()).isEqualTo(1);
    assertThat(second.number()).isEqualTo(2);
    assertThat(close("insa", SEPTEMBER)).isEqualTo(first);
    StatementDocument document =
        ledger.statements.show(ISSUER, StatementParty.of("insa"), SEPTEMBER);
    assertThat(document.sha256()).isEqualTo(first.sha256());
    assertThat(document.statement().closing())
        .contains(new Statement.Closing(1, LedgerHarness.START, "0".repeat(64)));
    assertThat(shown("univ-rennes", SEPTEMBER).closing().orElseThrow().previous())
        .isEqualTo(first.sha256());
    assertThat(ledger.statements.open(SEPTEMBER)).isEmpty();
    assertThat(ledger.statements.verify()).isEqualTo(new StatementCheck.Whole(2, second.sha256()));
    PageRequest page = new PageRequest(Optional.empty(), 1);
    assertThat(ledger.statements.list(Optional.empty(), Optional.empty(), page).items())
        .containsExactly(second);
    assertThat(
            ledger
                .statements
                .list(Optional.of(Set.of("insa")), Optional.of(SEPTEMBER), page)
                .items())
        .containsExactly(first);
    AuditFilter closings =
        new AuditFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.of("statement.close"),
            Optional.empty(),
            Optional.empty());
    assertThat(ledger.audit.entries(closings, PageRequest.FIRST).items()).hasSize(2);
  }

  @Test
  void documentIsCanonical() {
    ledger.store.insert(List.of(record(1, "insa", "univ-rennes", IN_SEPTEMBER)));
    assertThat(ledger.statements.show(ISSUER, StatementParty.of("insa"), SEPTEMBER).json())
        .isEqualTo(
            """
            {"balances":[{"consumed":1024,"contributed":0,"currency":"EUR","net":-1024,"own_use":0}],\
            "consumed":[{"currency":"EUR","micro_currency":1024,"model":"mistral-small-3.2-24b",\
            "party":"univ-rennes","service_class":"interactive","site":"",\
            "used":{"audio_millis":0,"cached_tokens":512,"completion_tokens":345,\
            "engine_micros":8900000,"prompt_tokens":1234,"requests":1}}],\
            "contributed":[],"corrections":[],"format":1,\
            "issuer":{"name":"Rennes","organization":{"name":"univ-rennes"},"site":"rennes"},\
            "month":"2026-09","organization":{"name":"insa"},"volume":{\
            "consumed":{"audio_millis":0,"cached_tokens":512,"completion_tokens":345,\
            "engine_micros":8900000,"prompt_tokens":1234,"requests":1},\
            "contributed":{"audio_millis":0,"cached_tokens":0,"completion_tokens":0,\
            "engine_micros":0,"prompt_tokens":0,"requests":0},\
            "net":{"audio_millis":0,"cached_tokens":-512,"completion_tokens":-345,\
            "engine_micros":-8900000,"prompt_tokens":-1234,"requests":-1},\
            "own_use":{"audio_millis":0,"cached_tokens":0,"completion_tokens":0,\
            "engine_micros":0,"prompt_tokens":0,"requests":0}}}\
            """);
  }

  @Test
  void monthThatHasNotEndedOrIsNotThereWholeIsNotClosed() {
    assertThatThrownBy(() -> close("insa", OCTOBER)).hasMessageContaining("has not ended");
    ledger.clock.set(Instant.parse("2026-10-31T23:59:59.999Z"));
    assertThatThrownBy(() -> close("insa", OCTOBER)).hasMessageContaining("has not ended");
    ledger.clock.set(Instant.parse("2026-11-01T00:00:00Z"));
    ledger.shipped = false;
    assertThatThrownBy(() -> close("insa", OCTOBER)).hasMessageContaining("on their way");
    ledger.shipped = true;
    assertThat(close("insa", OCTOBER).number()).isEqualTo(1);
  }

  @Test
  void correctionOfAClosedMonthIsStatedInTheMonthInWhichItIsMade() {
    UsageRecord record = record(1, "insa", "univ-rennes", IN_SEPTEMBER);
    ledger.store.insert(List.of(record));
    ClosedStatement closed = close("univ-rennes", SEPTEMBER);
    ledger.corrections.correct(ACTOR, record.id(), "a gift", Correction.Difference.NONE, -24);
    assertThat(ledger.statements.find("univ-rennes", SEPTEMBER)).contains(closed);
    assertThat(shown("insa", SEPTEMBER).balances().getFirst().consumed()).isEqualTo(1024);
    Statement later = shown("insa", OCTOBER);
    assertThat(later.balances()).containsExactly(new Statement.Balance("EUR", -24, 0, 0, 24));
    assertThat(later.corrections())
        .containsExactly(
            new Statement.CorrectionLine(
                "amount",
                "a gift",
                "insa",
                "univ-rennes",
                record.model(),
                "EUR",
                1,
                Optional.of(record.id().toString()),
                0,
                0,
                0,
                -24));
    assertThat(ledger.statements.verify()).isInstanceOf(StatementCheck.Whole.class);
  }

  @Test
  void recordThatComesAfterClosingIsStatedLaterOnceForBothSides() {
    ledger.store.insert(List.of(record(1, "insa", "univ-rennes", IN_SEPTEMBER)));
    close("insa", SEPTEMBER);
    UsageRecord late = record(2, "insa", "univ-rennes", IN_SEPTEMBER);
    ledger.store.insert(List.of(late, late));
    ledger.store.insert(List.of(late));
    assertThat(shown("insa", SEPTEMBER).volume().consumed().requests()).isEqualTo(1);
    assertThat(shown("insa", OCTOBER).volume().consumed().requests()).isEqualTo(1);
    assertThat(shown("univ-rennes", SEPTEMBER).volume().contributed().requests()).isEqualTo(1);
    assertThat(shown("univ-rennes", OCTOBER).balances().getFirst().contributed()).isEqualTo(1024);
    assertThat(ledger.statements.open(OCTOBER)).containsExactly("insa", "univ-rennes");
    List<YearMonth> stated = new ArrayList<>();
    new UsageExports(ledger.database, "EUR")
        .records(ExportFilter.ALL, exported -> stated.add(exported.stated()));
    assertThat(stated).containsExactly(SEPTEMBER, OCTOBER);
    assertThat(ledger.statements.verify()).isInstanceOf(StatementCheck.Whole.class);
  }

  @Test
  void clockThatWasSetBackStatesNothingInAClosedMonth() {
    ledger.clock.set(Instant.parse("2026-11-03T00:00:00Z"));
    ledger.store.insert(List.of(record(1, "insa", "univ-rennes", IN_SEPTEMBER)));
    close("insa", SEPTEMBER);
    close("univ-rennes", OCTOBER);
    ledger.clock.set(IN_SEPTEMBER);
    ledger.store.insert(List.of(record(2, "insa", "univ-rennes", IN_SEPTEMBER)));
    Correction made =
        ledger
            .corrections
            .correct(ACTOR, Records.typical(1).id(), "x", Correction.Difference.NONE, 1)
            .getFirst();
    assertThat(made.countedAt()).isEqualTo(Instant.parse("2026-11-01T00:00:00Z"));
    Statement november = shown("insa", YearMonth.of(2026, 11));
    assertThat(november.balances().getFirst().consumed()).isEqualTo(1025);
    assertThat(ledger.statements.verify()).isInstanceOf(StatementCheck.Whole.class);
  }

  @Test
  void whateverIsAlteredIsFound() {
    ledger.store.insert(
        List.of(
            record(1, "insa", "univ-rennes", IN_SEPTEMBER),
            record(2, "ubo", "univ-rennes", IN_SEPTEMBER)));
    close("insa", SEPTEMBER);
    close("ubo", SEPTEMBER);
    close("univ-rennes", SEPTEMBER);
    List<String> before = rows();
    for (String harm :
        List.of(
            "UPDATE statements SET document = REPLACE(document, '1024', '1000') WHERE number = 2",
            "UPDATE statements SET sha256 = 'ab' WHERE number = 2",
            "UPDATE statements SET month = month + 1 WHERE number = 2",
            "UPDATE statements SET organization = 'enib' WHERE number = 2",
            "UPDATE statements SET closed_at = closed_at + 1 WHERE number = 2",
            "DELETE FROM statements WHERE number = 2",
            "UPDATE usage_project_daily SET micro_currency = micro_currency + 1"
                + " WHERE dimension = (SELECT id FROM usage_project_dimensions"
                + " WHERE organization = 'ubo')")) {
      ledger.database.<Object, RuntimeException>write(
          handle -> {
            assertThat(handle.execute(harm)).as(harm).isEqualTo(1);
            return harm;
          });
      assertThat(ledger.statements.verify())
          .as(harm)
          .isInstanceOfSatisfying(
              StatementCheck.Broken.class, broken -> assertThat(broken.number()).isEqualTo(2));
      ledger.database.<Object, RuntimeException>write(handle -> restore(handle, before, harm));
    }
    assertThat(ledger.statements.verify()).isInstanceOf(StatementCheck.Whole.class);
  }

  @Test
  void forgedDocumentWithItsOwnHashBreaksTheOneAfterIt() {
    ledger.store.insert(List.of(record(1, "insa", "univ-rennes", IN_SEPTEMBER)));
    close("insa", SEPTEMBER);
    close("univ-rennes", SEPTEMBER);
    String document = ledger.statements.show(ISSUER, StatementParty.of("insa"), SEPTEMBER).json();
    StatementDocument forged =
        StatementDocument.parse(document.replace("\"Rennes\"", "\"Nantes\"")).orElseThrow();
    ledger.database.<Object, RuntimeException>write(
        handle ->
            handle.execute(
                "UPDATE statements SET document = ?, sha256 = ? WHERE number = 1",
                forged.json(),
                forged.sha256()));
    assertThat(ledger.statements.verify())
        .isInstanceOfSatisfying(
            StatementCheck.Broken.class, broken -> assertThat(broken.number()).isEqualTo(2));
  }

  private List<String> rows() {
    return ledger.database.read(
        handle ->
            handle
                .createQuery("SELECT document FROM statements WHERE number = 2")
                .mapTo(String.class)
                .list());
  }

  /** As it was. */
  private static Object restore(org.jdbi.v3.core.Handle handle, List<String> before, String harm) {
    if (harm.contains("usage_project_daily")) {
      return handle.execute(harm.replace("+ 1 ", "- 1 "));
    }
    StatementDocument document = StatementDocument.parse(before.getFirst()).orElseThrow();
    handle.execute("DELETE FROM statements WHERE number = 2");
    StatementStore.insert(
        handle,
        new ClosedStatement(
            2,
            "ubo",
            SEPTEMBER,
            document.statement().closing().orElseThrow().closedAt(),
            ACTOR,
            document.sha256()),
        document.json());
    return harm;
  }

  @Test
  void moreSortsOfCorrectionsThanAnybodyReadsAreSummedUp() {
    ledger.store.insert(List.of(record(1, "insa", "univ-rennes", IN_SEPTEMBER)));
    UUID id = Records.typical(1).id();
    ledger.database.<Object, RuntimeException>write(
        handle -> {
          long dimension =
              handle.createQuery("SELECT id FROM usage_dimensions").mapTo(Long.class).one();
          List<CorrectionStore.Placed> many =
              java.util.stream.IntStream.range(0, 4500)
                  .mapToObj(
                      i ->
                          new CorrectionStore.Placed(
                              new Correction(
                                  new UUID(5, i),
                                  id,
                                  Correction.Kind.AMOUNT,
                                  "reason %05d".formatted(i),
                                  Correction.Difference.NONE,
                                  i,
                                  "EUR",
                                  Optional.empty(),
                                  ACTOR,
                                  IN_SEPTEMBER,
                                  IN_SEPTEMBER),
                              dimension,
                              false))
                  .toList();
          CorrectionStore.insert(handle, many);
          return id;
        });
    List<Statement.CorrectionLine> lines = shown("insa", SEPTEMBER).corrections();
    assertThat(lines).hasSize(2001);
    assertThat(lines.get(1999).reason()).isEqualTo("reason 01999");
    assertThat(lines.getLast().kind()).isEqualTo("other");
    assertThat(lines.getLast().count()).isEqualTo(2500);
    assertThat(lines.stream().mapToLong(Statement.CorrectionLine::microCurrency).sum())
        .isEqualTo(4499L * 4500 / 2);
  }
}
