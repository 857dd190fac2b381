package org.archipel.ledger;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.archipel.storage.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of a site: its journal, its store, and what moves records from one to the other.
 * Thread-safe. {@link #report} and {@link #close} block.
 */
public final class UsageLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageLedger.class);

  private static final Duration REPORT_LIMIT = Duration.ofSeconds(10);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

  private final PriceList prices = PriceList.empty();
  private final FileJournal journal;
  private final UsageStore store;
  private final UsageShipper shipper;

  private UsageLedger(FileJournal journal, UsageStore store, UsageShipper shipper) {
    this.journal = journal;
    this.store = store;
    this.shipper = shipper;
  }

  /** Opens the ledger with the usual sizes and pace, for answers that wait for their records. */
  public static UsageLedger open(Path journal, Database database, Clock clock) {
    return open(journal, database, clock, LedgerOptions.defaults());
  }

  /**
   * Opens the ledger, makes or updates its tables, and begins to ship what an earlier process left.
   *
   * @param database stays open after {@link #close}
   * @throws JournalException when the journal cannot be opened
   * @throws org.archipel.storage.StorageException when the tables cannot be brought up to date
   */
  public static UsageLedger open(
      Path journalFolder, Database database, Clock clock, LedgerOptions options) {
    UsageStore store = new UsageStore(database, options.currency());
    FileJournal journal = FileJournal.open(journalFolder, options.journal());
    UsageShipper shipper = new UsageShipper(journal, store, options.pace(), clock);
    shipper.start();
    return new UsageLedger(journal, store, shipper);
  }

  /** Where finished requests are written. */
  public Journal journal() {
    return journal;
  }

  /** What requests cost now and did before. */
  public PriceList prices() {
    return prices;
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
   * Sums of all records that are durable now.
   *
   * @throws org.archipel.storage.StorageException when the store cannot be read
   */
  public UsageReport report(UsageQuery query) {
    boolean complete = shipper.catchUp(REPORT_LIMIT);
    return new UsageReport(store.sums(query), complete);
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
