package org.archipel.ledger;

import static org.archipel.ledger.LedgerHarness.ACTOR;
import static org.archipel.ledger.LedgerHarness.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;
import org.archipel.storage.PageRequest;

/** What may happen to a ledger, in any order, from a seed. */
final class RandomHistory {
  static final long YEAR = 60L * 86_400;
  static final Repricing.Scope ALL =
      new Repricing.Scope(Instant.EPOCH, START.plusSeconds(10 * YEAR), Optional.empty());

  final List<UsageRecord> kept = new ArrayList<>();
  private final LedgerHarness ledger;
  private final Records records;
  private final SplittableRandom random;

  RandomHistory(LedgerHarness ledger, Records records, SplittableRandom random) {
    this.ledger = ledger;
    this.records = records;
    this.random = random;
  }

  void ship() {
    List<UsageRecord> batch = batch();
    ledger.store.insert(batch);
    kept.addAll(batch.stream().filter(record -> !kept.contains(record)).distinct().toList());
  }

  /** New ones, some twice, and some that are stored already, as after a crash of the shipper. */
  private List<UsageRecord> batch() {
    List<UsageRecord> batch = new ArrayList<>();
    for (int i = random.nextInt(40); i > 0; i--) {
      UsageRecord record = priced(ledger, records.next());
      batch.add(record);
      if (random.nextInt(4) == 0) {
        batch.add(record);
      }
      if (!kept.isEmpty() && random.nextInt(3) == 0) {
        batch.add(kept.get(random.nextInt(kept.size())));
      }
    }
    return batch;
  }

  static UsageRecord priced(LedgerHarness ledger, UsageRecord r) {
    Optional<UsageRecord.Price> price =
        ledger
            .prices
            .tariff(r)
            .map(t -> t.price(r.outcome(), r.tokens(), r.engineMicros(), r.audioMillis()));
    return new UsageRecord(
        r.id(),
        r.startedAt(),
        r.requestId(),
        r.site(),
        r.caller(),
        r.model(),
        r.engine(),
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
        r.person(),
        r.audioMillis(),
        r.engineMicros(),
        price,
        r.origin(),
        r.servedBy());
  }

  /** The transaction fails after rows of it were written. */
  void crash() {
    List<UsageRecord> batch = new ArrayList<>(batch());
    UsageRecord poison = records.next();
    batch.add(beyondALong(poison, 1));
    batch.add(beyondALong(poison, 2));
    assertThatThrownBy(() -> ledger.store.insert(batch)).isInstanceOf(ArithmeticException.class);
  }

  private static UsageRecord beyondALong(UsageRecord r, int number) {
    return new UsageRecord(
        new UUID(number, r.id().getLeastSignificantBits()),
        r.startedAt(),
        r.requestId(),
        r.site(),
        new UsageRecord.Charged("never-committed", "p", "k"),
        r.model(),
        r.engine(),
        r.route(),
        r.streamed(),
        r.outcome(),
        r.status(),
        r.errorCode(),
        new UsageRecord.Tokens(Long.MAX_VALUE, 0, 0, false),
        r.timing(),
        r.requestBytes(),
        r.responseBytes(),
        r.attempts());
  }

  void addTariff() {
    Optional<Tariff> old =
        ledger.tariffs.list(PageRequest.FIRST).items().stream()
            .filter(t -> t.validUntil().isEmpty())
            .findAny();
    if (old.isPresent() && random.nextBoolean()) {
      Tariff tariff = old.get();
      Instant end = tariff.validFrom().plusSeconds(random.nextLong(YEAR));
      ledger.tariffs.end(ACTOR, tariff.id(), end, OptionalLong.of(tariff.version()));
      return;
    }
    Optional<String> model = random.nextBoolean() ? Optional.of("qwen3") : Optional.empty();
    Optional<String> kind = random.nextBoolean() ? Optional.of("beneficiary") : Optional.empty();
    TariffSelector applies =
        new TariffSelector(model, Optional.empty(), Optional.empty(), Optional.empty(), kind);
    Rates rates =
        new Rates(
            random.nextInt(9_000_000),
            random.nextInt(900_000),
            random.nextInt(9_000_000),
            3,
            7,
            11);
    Instant from = START.minusSeconds(random.nextLong(YEAR));
    try {
      ledger.tariffs.add(ACTOR, applies, rates, from, Optional.empty());
    } catch (LedgerException e) {
      assertThat(e.kind()).isEqualTo(LedgerException.Kind.EXISTS);
    }
  }

  /** Killed somewhere in the middle, then run again. */
  void reprice() {
    if (random.nextBoolean()) {
      int some = 1 + random.nextInt(200);
      ledger.corrections.reprice(ACTOR, ALL, "new tariff", Optional.empty(), some);
      return;
    }
    Repricing first = ledger.corrections.reprice(ACTOR, ALL, "new", Optional.empty(), 100_000);
    assertThat(first.next()).isEmpty();
    Repricing second = ledger.corrections.reprice(ACTOR, ALL, "new", Optional.empty(), 100_000);
    assertThat(second).isEqualTo(new Repricing(first.records(), 0, Map.of(), Optional.empty()));
  }

  void correct() {
    if (kept.isEmpty()) {
      return;
    }
    UUID record = kept.get(random.nextInt(kept.size())).id();
    Correction.Difference tokens =
        new Correction.Difference(random.nextInt(0, 50), 0, random.nextInt(1, 50));
    List<Correction> made =
        ledger.corrections.correct(ACTOR, record, "said so", tokens, random.nextInt(-9000, 9000));
    assertThat(made).isNotEmpty();
    assertThat(ledger.corrections.list(Optional.of(record), PageRequest.FIRST).items())
        .containsAll(made);
  }
}
