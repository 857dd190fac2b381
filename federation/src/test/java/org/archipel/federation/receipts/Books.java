package org.archipel.federation.receipts;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.archipel.federation.world.Member;
import org.archipel.ledger.LedgerOptions;
import org.archipel.ledger.Rates;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.TariffSelector;
import org.archipel.ledger.UsageLedger;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.archipel.storage.Database;
import org.archipel.testing.TestDatabase;

/** The books of one site of a test: a real ledger and what belongs to the federation. */
final class Books implements AutoCloseable {
  static final Duration GRACE = Duration.ofMinutes(10);
  static final Tariff TARIFF =
      new Tariff(
          "tariff-1",
          1,
          TariffSelector.ANY,
          new Rates(2_000_000, 200_000, 8_000_000, 50_000, 0, 100),
          "EUR",
          Instant.parse("2026-01-01T00:00:00Z"),
          Optional.empty());

  final Member member;
  final Clock clock;
  private final Path folder;
  final Database database;
  UsageLedger ledger;
  TariffBook tariffs;
  ReceiptBook book;
  ReceiptTaking taking;
  ReceiptDesk desk;

  Books(Member member, Path folder, Clock clock) {
    this.member = member;
    this.clock = clock;
    this.folder = folder.resolve(member.siteId());
    this.database = Database.open(TestDatabase.url(folder));
    database.migrate("federation");
    start();
    member.partners().forEach(peer -> tariffs.heard(peer.siteId(), List.of(TARIFF)));
  }

  private void start() {
    ledger =
        UsageLedger.open(
            folder.resolve("journal"), database, clock, LedgerOptions.defaults().relaxed());
    tariffs = new TariffBook(database, clock);
    Matching matching = new Matching("univ", (own, theirs) -> theirs.equals(own + "-fp8"), tariffs);
    book = new ReceiptBook(database, ledger.crossings(), matching, GRACE, clock);
    taking = new ReceiptTaking(member, member.entityId(), book);
    desk = new ReceiptDesk(member, ledger.crossings(), clock);
  }

  /** As after a start of the process: nothing is remembered. */
  void restart() {
    ledger.close();
    start();
  }

  void write(UsageRecord record) {
    long sequence = ledger.journal().append(record);
    await().until(() -> ledger.journal().durable() >= sequence);
  }

  void ship() {
    if (!ledger.catchUp(Duration.ofSeconds(30))) {
      throw new AssertionError("the store did not keep up");
    }
  }

  /** What became of receipts: their requests by state and reason. */
  Map<String, String> states() {
    TreeMap<String, String> states = new TreeMap<>();
    database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT site, request, sequence, state, COALESCE(reason, '') AS reason"
                        + " FROM peer_receipts")
                .map(
                    (row, context) ->
                        states.merge(
                            row.getString("request"),
                            row.getString("state")
                                + (row.getString("reason").isEmpty()
                                    ? ""
                                    : ":" + row.getString("reason")),
                            (a, b) -> a.compareTo(b) < 0 ? a + " " + b : b + " " + a))
                .list());
    database.read(
        handle ->
            handle
                .createQuery("SELECT request FROM peer_missing_receipts")
                .map((row, context) -> states.put(row.getString("request"), "disputed:no_receipt"))
                .list());
    return states;
  }

  /** A record of a request that crossed. */
  static UsageRecord record(
      UUID id,
      String site,
      Instant at,
      UsageOutcome outcome,
      UsageRecord.Tokens tokens,
      long engineMicros,
      Optional<UsageRecord.Price> price,
      Optional<UsageRecord.Origin> origin,
      Optional<String> servedBy) {
    return new UsageRecord(
        id,
        at,
        "req",
        site,
        new UsageRecord.Charged("insa", "p", "k"),
        "mistral-small",
        Optional.of(new UsageRecord.Place("gpu1", "univ")),
        "/v1/chat/completions",
        true,
        outcome,
        200,
        Optional.empty(),
        tokens,
        new UsageRecord.Timing(0, 1000, engineMicros + 2000),
        100,
        100,
        1,
        "interactive",
        Optional.empty(),
        0,
        engineMicros,
        price,
        origin,
        servedBy);
  }

  /** What the tariff that all sites have makes of it. */
  static Optional<UsageRecord.Price> price(
      UsageOutcome outcome, UsageRecord.Tokens tokens, long engineMicros) {
    return Optional.of(TARIFF.price(outcome, tokens, engineMicros, 0));
  }

  @Override
  public void close() {
    ledger.close();
    database.close();
  }
}
