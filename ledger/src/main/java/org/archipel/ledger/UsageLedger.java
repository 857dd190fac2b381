package org.archipel.ledger;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of a site: its journal, its store, and what moves records from one to the other.
 * Thread-safe. {@link #report} and {@link #close} block.
 */
public final class UsageLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageLedger.class);

  private static final Duration REPORT_LIMIT = Duration.ofSeconds(10);
  private static final int MOST_REQUESTS = 100;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final FileJournal journal;
  private final UsageShipper shipper;
  private final Books books;
  private final Crossings crossings;

  /** What is in the database. */
  private record Books(
      PriceList prices,
      Tariffs tariffs,
      Corrections corrections,
      UsageReports reports,
      UsageArchive archive,
      RollupRebuild rebuild,
      Statements statements,
      UsageExports exports,
      PersonErasure erasure,
      Function<RetentionOptions, Retention> retention) {}

  private UsageLedger(FileJournal journal, UsageShipper shipper, Books books, Crossings crossings) {
    this.journal = journal;
    this.shipper = shipper;
    this.books = books;
    this.crossings = crossings;
  }

  /** Opens the ledger with the usual sizes and pace, for answers that wait for their records. */
  public static UsageLedger open(Path journal, Database database, Clock clock) {
    return open(journal, database, clock, LedgerOptions.defaults());
  }

  /** Opens the ledger for organizations of unknown kind. */
  public static UsageLedger open(
      Path journalFolder, Database database, Clock clock, LedgerOptions options) {
    return open(journalFolder, database, clock, options, organization -> Optional.empty());
  }

  /**
   * Opens the ledger, makes or updates its tables, and begins to ship what an earlier process left.
   *
   * @param database stays open after {@link #close}
   * @param kinds the kind of an organization, from memory, for tariffs that are for a kind
   * @throws JournalException when the journal cannot be opened
   * @throws org.archipel.storage.StorageException when the tables cannot be brought up to date
   */
  public static UsageLedger open(
      Path journalFolder,
      Database database,
      Clock clock,
      LedgerOptions options,
      Function<String, Optional<String>> kinds) {
    database.migrate("ledger");
    AuditLog audit = new AuditLog(database, clock);
    UsageRollups rollups = new UsageRollups();
    PriceList prices = new PriceList(kinds);
    StatementStore closed = new StatementStore();
    CorrectionWriter writer = new CorrectionWriter(database, rollups, closed, clock);
    FileJournal journal = FileJournal.open(journalFolder, options.journal());
    UsageStore store = new UsageStore(database, rollups, new LateRecords(closed, clock));
    UsageShipper shipper = new UsageShipper(journal, store, options.pace(), clock);
    PersonSums persons = new PersonSums(rollups);
    Books books =
        new Books(
            prices,
            new Tariffs(database, audit, new RecordIds(clock), prices, options.currency()),
            new Corrections(database, writer, audit, kinds, options.currency()),
            new UsageReports(database, options.currency()),
            new UsageArchive(database),
            new RollupRebuild(database, rollups),
            new Statements(database, audit, clock, shipper::catchUp),
            new UsageExports(database, options.currency()),
            new PersonErasure(database, persons, audit, shipper::release),
            kept -> new Retention(database, persons, clock, kept, shipper::release));
    shipper.start();
    return new UsageLedger(journal, shipper, books, new Crossings(database));
  }

  /** Where finished requests are written. */
  public Journal journal() {
    return journal;
  }

  /** What requests cost now and did before. */
  public PriceList prices() {
    return books.prices;
  }

  /** What requests cost, to be changed. */
  public Tariffs tariffs() {
    return books.tariffs;
  }

  /** What was changed in accounts. */
  public Corrections corrections() {
    return books.corrections;
  }

  /** What organizations consumed and contributed, month by month. */
  public Statements statements() {
    return books.statements;
  }

  /**
   * Records and charges for others' programs; see {@link #catchUp} for those of the last moment.
   */
  public UsageExports exports() {
    return books.exports;
  }

  /** The requests that crossed between this site and others. */
  public Crossings crossings() {
    return crossings;
  }

  /** Takes persons out of records and sums. */
  public PersonErasure erasure() {
    return books.erasure;
  }

  /**
   * What becomes of old records: from now on, once a day.
   *
   * @return to be closed before the ledger
   */
  public Retention retain(RetentionOptions options) {
    return books.retention.apply(options).start();
  }

  /** Whether the store took the last records it was given; the journal keeps them when not. */
  public boolean storeUp() {
    return shipper.storeUp();
  }

  /** Records that are durable in the journal and not known to be in the store. */
  public long unshipped() {
    return shipper.behind();
  }

  /** The bytes of the journal's segments on the disk. */
  public long journalBytes() {
    return journal.bytes();
  }

  /**
   * Moves all records that are durable now to the store at full speed.
   *
   * @return false when that took longer than {@code limit}
   */
  public boolean catchUp(Duration limit) {
    return shipper.catchUp(limit);
  }

  /**
   * Sums of all records that are durable now, and of their corrections.
   *
   * @throws org.archipel.storage.StorageException when the store cannot be read
   */
  public UsageReport report(UsageQuery query) {
    boolean complete = shipper.catchUp(REPORT_LIMIT);
    return new UsageReport(
        books.reports.rows(query, Optional.empty(), Integer.MAX_VALUE), complete, Optional.empty());
  }

  /**
   * The same, a page at a time.
   *
   * @throws org.archipel.storage.PageException when the page's cursor is not one of this query
   */
  public UsageReport report(UsageQuery query, PageRequest page) {
    Optional<PageCursor> after = page.cursor(query.groupBy().size());
    boolean complete = shipper.catchUp(REPORT_LIMIT);
    Page<UsageReport.Row> rows =
        Page.of(books.reports.rows(query, after, page.rows()), page, UsageReports::cursor);
    return new UsageReport(rows.items(), complete, rows.next());
  }

  /**
   * The requests of an id: the record's own, and those whose caller gave it as {@code x-request-id}
   * within a time, the latest first.
   */
  public List<RequestAccount> requests(String id, Instant since, Instant until) {
    shipper.catchUp(REPORT_LIMIT);
    return books.archive.find(id, since, until, MOST_REQUESTS);
  }

  /**
   * Makes the sums of a day (UTC) anew from its records and corrections.
   *
   * @return false when records of the day were purged: its sums stay as they are
   */
  public boolean rebuildSums(LocalDate day) {
    return books.rebuild.day(day) == RollupRebuild.Result.DONE;
  }

  /** Takes no more records, makes those taken durable, and moves them to the store if it is up. */
  @Override
  public void close() {
    journal.finish();
    if (!shipper.catchUp(shipper.storeUp() ? CLOSE_LIMIT : Duration.ZERO)) {
      LOG.warn("Usage records stay in the journal; the next start moves them to the store");
    }
    shipper.close();
    journal.close();
  }
}
