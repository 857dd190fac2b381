package org.archipel.ledger;

import static org.archipel.ledger.LedgerHarness.ACTOR;
import static org.archipel.ledger.LedgerHarness.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.archipel.ledger.LedgerException.Kind;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.Page;
import org.archipel.storage.PageRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TariffsTest {
  private static final Rates CHEAP = new Rates(1, 2, 3, 4, 5, 6);

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

  private static TariffSelector model(String name) {
    return new TariffSelector(
        Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private Tariff add(TariffSelector applies, Instant from, Optional<Instant> until) {
    return ledger.tariffs.add(ACTOR, applies, CHEAP, from, until);
  }

  @Test
  void aTariffIsKeptAndCountsAtOnce() {
    TariffSelector applies =
        new TariffSelector(
            Optional.of("mistral"),
            Optional.of("ubo"),
            Optional.of("batch"),
            Optional.empty(),
            Optional.of("beneficiary"));
    Tariff added = add(applies, START, Optional.of(START.plusSeconds(9)));
    assertThat(ledger.tariffs.find(added.id())).contains(added);
    assertThat(ledger.prices.tariff(START, "mistral", "ubo", "batch", "insa")).contains(added);
    PriceList afterAStart = new PriceList(organization -> Optional.of("beneficiary"));
    new Tariffs(ledger.database, ledger.audit, new RecordIds(ledger.clock), afterAStart, "EUR");
    assertThat(afterAStart.tariff(START, "mistral", "ubo", "batch", "insa")).contains(added);
  }

  @Test
  void twoForTheSameAreNeverValidTogether() {
    Tariff first = add(TariffSelector.ANY, START, Optional.of(START.plusSeconds(10)));
    for (int from : new int[] {-5, 0, 5}) {
      assertThatThrownBy(() -> add(TariffSelector.ANY, START.plusSeconds(from), Optional.empty()))
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.EXISTS))
          .hasMessageContaining(first.id());
    }
    add(TariffSelector.ANY, START.minusSeconds(5), Optional.of(START));
    add(TariffSelector.ANY, START.plusSeconds(10), Optional.empty());
    add(model("qwen3"), START, Optional.empty());
    assertThatThrownBy(() -> end(first, START.plusSeconds(11), OptionalLong.empty()))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.EXISTS));
  }

  private Tariff end(Tariff tariff, Instant at, OptionalLong version) {
    return ledger.tariffs.end(ACTOR, tariff.id(), at, version);
  }

  @Test
  void aTariffThatEndsWhenItBeganWasNeverThereAndMakesRoom() {
    Tariff wrong = add(TariffSelector.ANY, START, Optional.empty());
    Tariff withdrawn = end(wrong, START, OptionalLong.of(1));
    assertThat(withdrawn.version()).isEqualTo(2);
    assertThat(ledger.prices.tariff(START, "m", "", "", "o")).isEmpty();
    Tariff right = add(TariffSelector.ANY, START, Optional.empty());
    assertThat(ledger.prices.tariff(START, "m", "", "", "o")).contains(right);
    assertThat(ledger.tariffs.list(PageRequest.FIRST).items())
        .containsExactlyInAnyOrder(withdrawn, right);
  }

  @Test
  void endingExpectsTheVersionThatItWasShown() {
    Tariff tariff = add(TariffSelector.ANY, START, Optional.empty());
    end(tariff, START.plusSeconds(5), OptionalLong.of(1));
    assertThatThrownBy(() -> end(tariff, START.plusSeconds(6), OptionalLong.of(1)))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT_VERSION));
    assertThatThrownBy(() -> ledger.tariffs.end(ACTOR, "none", START, OptionalLong.empty()))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    assertThatThrownBy(() -> end(tariff, START.minusSeconds(1), OptionalLong.empty()))
        .hasMessageContaining("valid_until");
  }

  @Test
  void hostileTermsAreRefused() {
    assertThatThrownBy(() -> add(model("a\nb"), START, Optional.empty()))
        .hasMessageContaining("model");
    assertThatThrownBy(() -> add(model("x".repeat(201)), START, Optional.empty()))
        .hasMessageContaining("model");
    assertThatThrownBy(() -> add(TariffSelector.ANY, Instant.MAX, Optional.empty()))
        .hasMessageContaining("valid_from");
    TariffSelector unknownClass =
        new TariffSelector(
            Optional.empty(),
            Optional.empty(),
            Optional.of("urgent"),
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(() -> add(unknownClass, START, Optional.empty()))
        .hasMessageContaining("class");
    assertThat(ledger.tariffs.list(PageRequest.FIRST).items()).isEmpty();
  }

  @Test
  void pagesHoldEachTariffOnceTheLatestFirst() {
    List<Tariff> added = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      added.addFirst(add(model("m" + i), START.plusSeconds(i / 2), Optional.empty()));
    }
    List<Tariff> listed = new ArrayList<>();
    PageRequest page = new PageRequest(Optional.empty(), 3);
    Page<Tariff> found = ledger.tariffs.list(page);
    listed.addAll(found.items());
    while (found.next().isPresent()) {
      found = ledger.tariffs.list(new PageRequest(found.next(), 3));
      listed.addAll(found.items());
    }
    assertThat(listed).containsExactlyElementsOf(added);
  }

  @Test
  void everyChangeIsInTheAuditLog() {
    Tariff tariff = add(TariffSelector.ANY, START, Optional.empty());
    end(tariff, START.plusSeconds(5), OptionalLong.empty());
    assertThat(ledger.audit.entries(AuditFilter.ALL, PageRequest.FIRST).items())
        .extracting(found -> found.entry().action(), found -> found.entry().subject())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("tariff.end", tariff.id()),
            org.assertj.core.groups.Tuple.tuple("tariff.add", tariff.id()));
  }
}
