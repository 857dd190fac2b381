package org.archipel.ledger;

import static org.archipel.ledger.LedgerHarness.ACTOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.ledger.export.CsvCells;
import org.archipel.ledger.export.RecordLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that are given out. */
final class UsageExportsTest {
  @TempDir Path folder;
  private LedgerHarness ledger;
  private UsageExports exports;

  @BeforeEach
  void open() {
    ledger = new LedgerHarness(folder);
    exports = new UsageExports(ledger.database, "EUR");
  }

  @AfterEach
  void close() {
    ledger.close();
  }

  private List<UsageRecord> exported(ExportFilter filter) {
    List<UsageRecord> found = new ArrayList<>();
    exports.records(filter, exported -> found.add(exported.record()));
    return found;
  }

  @Test
  void recordsComeOnceEachInOrderOverAnyTimeScopePersonAndKey() {
    List<UsageRecord> all = new Records(7).next(3000);
    List<UsageRecord> sameMoment = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      sameMoment.add(
          StatementsTest.record(i, "insa", "insa", Instant.parse("2026-10-10T10:00:00Z")));
    }
    ledger.store.insert(all);
    ledger.store.insert(sameMoment);
    Set<UsageRecord> every = all.stream().collect(Collectors.toSet());
    every.addAll(sameMoment);
    assertThat(exported(ExportFilter.ALL)).hasSize(5500).containsExactlyInAnyOrderElementsOf(every);

    Instant since = Instant.parse("2026-09-25T12:30:00.000001Z");
    Instant until = Instant.parse("2026-10-02T01:00:00Z");
    assertThat(exported(ExportFilter.ALL.between(since, until)))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            every.stream()
                .filter(r -> !r.startedAt().isBefore(since) && r.startedAt().isBefore(until))
                .toList());
    UsageScope scope =
        new UsageScope(
            false, List.of("insa"), List.of(new UsageScope.Project("univ-rennes", "rag")));
    assertThat(
            exported(
                new ExportFilter(
                    Instant.EPOCH, until, scope, Optional.of("p-1"), Optional.empty())))
        .isNotEmpty()
        .containsExactlyInAnyOrderElementsOf(
            every.stream()
                .filter(r -> r.startedAt().isBefore(until))
                .filter(r -> r.person().equals(Optional.of("p-1")))
                .filter(
                    r ->
                        r.caller().organization().equals("insa")
                            || (r.caller().organization().equals("univ-rennes")
                                && r.caller().project().equals("rag")))
                .toList());
    String key = all.getFirst().caller().key();
    assertThat(
            exported(
                new ExportFilter(
                    Instant.EPOCH,
                    until.plusSeconds(1_000_000),
                    UsageScope.EVERYBODY,
                    Optional.empty(),
                    Optional.of(key))))
        .isNotEmpty()
        .allMatch(r -> r.caller().key().equals(key));
    assertThatThrownBy(() -> ExportFilter.ALL.between(until, since)).hasMessageContaining("since");
  }

  @Test
  void linesSayWhatTheRecordSaysAndWhatWasCorrected() {
    UsageRecord record =
        StatementsTest.record(1, "=insa", "univ-rennes", Instant.parse("2026-10-10T10:00:00Z"));
    ledger.store.insert(List.of(record));
    ledger.corrections.correct(
        ACTOR, record.id(), "agreed", new Correction.Difference(0, 0, -5), -1024);
    List<ExportedRecord> found = new ArrayList<>();
    exports.records(ExportFilter.ALL, found::add);
    List<String> names = CsvCells.of(RecordLines.CSV.head());
    List<String> cells = CsvCells.of(RecordLines.CSV.line(found.getFirst()));
    assertThat(cells).hasSameSizeAs(names);
    assertThat(cells.get(names.indexOf("organization"))).isEqualTo("'=insa");
    assertThat(cells.get(names.indexOf("price"))).isEqualTo("0.001024");
    assertThat(cells.get(names.indexOf("correction"))).isEqualTo("-0.001024");
    assertThat(cells.get(names.indexOf("cost"))).isEqualTo("0.000000");
    assertThat(cells.get(names.indexOf("error_code"))).isEmpty();
    assertThat(RecordLines.JSON.line(found.getFirst()))
        .startsWith("{\"id\":\"" + record.id() + "\",\"started_at\":\"2026-10-10T10:00:00Z\"")
        .contains("\"organization\":\"=insa\"", "\"corrected_completion_tokens\":-5")
        .contains("\"streamed\":true", "\"engine_seconds\":8.900000")
        .doesNotContain("error_code")
        .endsWith("}\n");
  }
}
