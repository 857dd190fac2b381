package org.archipel.ledger;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.archipel.ledger.Correction.Difference;
import org.archipel.ledger.CorrectionWriter.Cause;
import org.archipel.ledger.CorrectionWriter.Transaction;
import org.archipel.ledger.LedgerException.Kind;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;

/**
 * Corrects the account of requests without changing their records. Each correction is in the sums
 * with the transaction that makes it. Thread-safe; all methods block.
 */
public final class Corrections {
  private static final int LONGEST_REASON = 500;
  private static final int BATCH = 500;
  private static final long MOST = 1_000_000_000_000_000L;

  private final Database database;
  private final CorrectionWriter writer;
  private final AuditLog audit;
  private final Function<String, Optional<String>> kinds;
  private final String currency;

  Corrections(
      Database database,
      CorrectionWriter writer,
      AuditLog audit,
      Function<String, Optional<String>> kinds,
      String currency) {
    this.database = database;
    this.writer = writer;
    this.audit = audit;
    this.kinds = kinds;
    this.currency = currency;
  }

  /** Corrections, the latest first; of one record if it is named. */
  public Page<Correction> list(Optional<UUID> record, PageRequest page) {
    return list(record, Optional.empty(), page);
  }

  /** The same, of records that an organization consumed, or that ran on its engines. */
  public Page<Correction> list(
      Optional<UUID> record, Optional<String> organization, PageRequest page) {
    Optional<PageCursor> after = page.cursor(1);
    List<Correction> rows =
        database.read(
            handle -> CorrectionStore.list(handle, record, organization, after, page.rows()));
    return Page.of(rows, page, last -> PageCursor.of(last.id()));
  }

  /**
   * Corrects what a record says: its tokens, after which its price follows by the tariff that it
   * has, and by an amount that people agreed on.
   *
   * @param microCurrency the amount in the ledger's currency, negative in favour of the consumer
   * @return what was made
   * @throws LedgerException when there is no such record, nothing is to be changed, or it would
   *     come to less than nothing
   */
  public List<Correction> correct(
      Actor actor, UUID record, String reason, Difference tokens, long microCurrency) {
    check("prompt_tokens", tokens.prompt());
    check("cached_tokens", tokens.cached());
    check("completion_tokens", tokens.completion());
    check("micro_currency", microCurrency);
    if (tokens.equals(Difference.NONE) && microCurrency == 0) {
      throw invalid("correction: nothing (expected: a difference that is not 0)");
    }
    return writer.write(
        cause(actor, reason),
        transaction -> {
          Standing standing = standing(transaction.handle(), record);
          if (!tokens.equals(Difference.NONE)) {
            correctTokens(transaction, standing, tokens);
          }
          if (microCurrency != 0) {
            Map<String, Long> agreed = Map.of(currency, microCurrency);
            transaction.amounts(standing, Correction.Kind.AMOUNT, agreed);
          }
          audit.append(transaction.handle(), entry(actor, standing, reason, tokens, microCurrency));
          return transaction.made();
        });
  }

  private static void correctTokens(Transaction transaction, Standing standing, Difference tokens)
      throws SQLException {
    UsageRecord.Tokens right =
        standing
            .with(tokens)
            .orElseThrow(
                () ->
                    invalid(
                        "tokens: less than none, or more cached than there are (expected: at least"
                            + " 0 of each afterwards)"));
    Optional<Tariff> tariff =
        standing.tariff().flatMap(id -> TariffStore.find(transaction.handle(), id));
    // Without its tariff nobody can say what the tokens cost: the price stays.
    Map<String, Long> amounts = tariff.isPresent() ? standing.shortOf(tariff, right) : Map.of();
    transaction.tokens(standing, tokens, amounts);
  }

  private static Standing standing(Handle handle, UUID record) {
    UsageRecord found =
        handle
            .createQuery("SELECT " + StoredRecord.COLUMNS + " FROM usage_records WHERE id = :id")
            .bind("id", record.toString())
            .map((row, context) -> StoredRecord.read(row))
            .findOne()
            .orElseThrow(
                () -> new LedgerException(Kind.NOT_FOUND, "there is no record of this id"));
    return CorrectionStore.standings(handle, List.of(found)).getFirst();
  }

  /**
   * Prices records anew under the tariffs as they are now, and makes corrections of the
   * differences. What has the right price already gets none, so that going over the same records
   * again, after a crash too, adds nothing.
   *
   * @param after where an earlier step stopped
   * @param atMost how many records to look at, at least 1; {@value #BATCH} in a transaction
   */
  public Repricing reprice(
      Actor actor, Repricing.Scope scope, String reason, Optional<String> after, int atMost) {
    Cause cause = cause(actor, reason);
    Repricing done = new Repricing(0, 0, Map.of(), after);
    do {
      int batch = (int) Math.min(BATCH, atMost - done.records());
      Optional<PageCursor> from = new PageRequest(done.next(), batch).cursor(2);
      done = done.then(writer.write(cause, step -> repriceBatch(step, cause, scope, from, batch)));
    } while (done.next().isPresent() && done.records() < atMost);
    return done;
  }

  private Repricing repriceBatch(
      Transaction transaction,
      Cause cause,
      Repricing.Scope scope,
      Optional<PageCursor> after,
      int batch)
      throws SQLException {
    Handle handle = transaction.handle();
    List<UsageRecord> records = records(handle, scope, after, batch);
    PriceList prices = new PriceList(kinds);
    prices.replace(TariffStore.all(handle));
    Map<String, Long> changes = new TreeMap<>();
    for (Standing standing : CorrectionStore.standings(handle, records)) {
      Optional<Tariff> right = prices.tariff(standing.record());
      Map<String, Long> missing = standing.shortOf(right, standing.tokens());
      standing.tariff(right.map(Tariff::id));
      transaction.amounts(standing, Correction.Kind.REPRICING, missing);
      missing.forEach((unit, amount) -> changes.merge(unit, amount, Long::sum));
    }
    int made = transaction.made().size();
    if (made > 0) {
      audit.append(handle, entry(cause, scope, made));
    }
    Optional<String> next =
        records.size() < batch ? Optional.empty() : Optional.of(cursor(records.getLast()).text());
    return new Repricing(records.size(), made, changes, next);
  }

  private static PageCursor cursor(UsageRecord last) {
    return PageCursor.of(RecordEncoder.micros(last.startedAt()), last.id());
  }

  private static List<UsageRecord> records(
      Handle handle, Repricing.Scope scope, Optional<PageCursor> after, int most) {
    long since = RecordEncoder.micros(scope.since());
    String model = scope.model().isPresent() ? " AND model = :model" : "";
    var query =
        handle
            .createQuery(
                "SELECT "
                    + StoredRecord.COLUMNS
                    + " FROM usage_records WHERE started_at >= :from AND started_at < :until"
                    + model
                    + " AND (started_at > :from OR id > :id) ORDER BY started_at, id LIMIT :most")
            .bind("from", after.map(cursor -> Math.max(since, cursor.number(0))).orElse(since))
            .bind("id", after.map(cursor -> cursor.value(1)).orElse(""))
            .bind("until", RecordEncoder.micros(scope.until()))
            .bind("most", most);
    scope.model().ifPresent(name -> query.bind("model", name));
    return query.map((row, context) -> StoredRecord.read(row)).list();
  }

  private static Cause cause(Actor actor, String reason) {
    if (reason.isBlank()
        || reason.length() > LONGEST_REASON
        || reason.chars().anyMatch(Character::isISOControl)) {
      throw invalid("reason: (expected: 1 to " + LONGEST_REASON + " printable characters)");
    }
    return new Cause(actor, reason);
  }

  private static void check(String field, long difference) {
    if (Math.abs(difference) > MOST || difference == Long.MIN_VALUE) {
      throw invalid(field + ": " + difference + " (expected: -" + MOST + " to " + MOST + ")");
    }
  }

  private static LedgerException invalid(String message) {
    return new LedgerException(Kind.INVALID, message);
  }

  private static AuditEntry entry(
      Actor actor, Standing standing, String reason, Difference tokens, long microCurrency) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("reason", reason);
    details.put("prompt_tokens", Long.toString(tokens.prompt()));
    details.put("cached_tokens", Long.toString(tokens.cached()));
    details.put("completion_tokens", Long.toString(tokens.completion()));
    details.put("micro_currency", Long.toString(microCurrency));
    UsageRecord record = standing.record();
    return new AuditEntry(
        actor,
        "usage.correct",
        record.id().toString(),
        Optional.of(record.caller().organization()),
        details);
  }

  private static AuditEntry entry(Cause cause, Repricing.Scope scope, int corrections) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("reason", cause.reason());
    details.put("corrections", Integer.toString(corrections));
    scope.model().ifPresent(model -> details.put("model", model));
    String span = scope.since() + "/" + scope.until();
    return new AuditEntry(cause.actor(), "usage.reprice", span, Optional.empty(), details);
  }
}
