package org.archipel.ledger;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.archipel.ledger.RetentionOptions.Mode;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes persons, or all of it, out of detailed records that are old enough, and persons out of old
 * sums: once a day, in small transactions, each of which remembers how far it came. Sums by
 * organization and statements are never touched. Thread-safe.
 */
public final class Retention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final Duration FIRST = Duration.ofMinutes(5);
  private static final Duration EVERY = Duration.ofDays(1);
  private static final Duration RELEASE_LIMIT = Duration.ofSeconds(30);
  private static final int RECORDS_AT_ONCE = 500;
  private static final int SUMS_AT_ONCE = 20;

  private final Database database;
  private final PersonSums persons;
  private final Clock clock;
  private final RetentionOptions options;
  private final Releasing releasing;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("retention-", 0).factory());

  /** What frees the journal. */
  interface Releasing {
    /**
     * Sees to it that no record that is durable now comes back after a crash; false if it cannot.
     */
    boolean release(Duration limit);
  }

  Retention(
      Database database,
      PersonSums persons,
      Clock clock,
      RetentionOptions options,
      Releasing releasing) {
    this.database = database;
    this.persons = persons;
    this.clock = clock;
    this.options = options;
    this.releasing = releasing;
  }

  Retention start() {
    var _ =
        thread.scheduleWithFixedDelay(
            this::guarded, FIRST.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void guarded() {
    try {
      long records = run();
      if (records > 0) {
        LOG.info("{} usage records were older than {} days", records, options.detail().toDays());
      }
    } catch (RuntimeException e) {
      LOG.warn("old usage records are left as they are until tomorrow: {}", e.toString());
    }
  }

  /**
   * Does what is to be done now, at once.
   *
   * @return how many records were changed or removed
   */
  public long run() {
    long day =
        RecordEncoder.micros(clock.instant().minus(options.detail())) / UsageDimension.DAY_MICROS;
    // Otherwise a crash would bring records back from the journal, and count them twice.
    if (options.mode() == Mode.PURGE && !releasing.release(RELEASE_LIMIT)) {
      LOG.warn("old usage records stay until tomorrow: the journal is not in the store");
      return 0;
    }
    try {
      long records = 0;
      for (int done = batch(day); done > 0; done = batch(day)) {
        records += done;
        checkInterrupted();
      }
      while (forgetPersons(day) == SUMS_AT_ONCE) {
        checkInterrupted();
      }
      return records;
    } catch (SQLException e) {
      throw new JournalException("old usage records cannot be changed: " + e.getMessage(), e);
    }
  }

  private static void checkInterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw new JournalException("interrupted; the rest is done at another time");
    }
  }

  private int forgetPersons(long day) throws SQLException {
    return database.<Integer, SQLException>write(
        handle -> persons.forgetAll(handle, PersonSums.Days.before(day), SUMS_AT_ONCE));
  }

  /** A record that is old. */
  private record Old(String id, long startedAt) {}

  private int batch(long day) {
    long end = day * UsageDimension.DAY_MICROS;
    return database.<Integer, RuntimeException>write(
        handle -> {
          List<Old> old = old(handle, end);
          change(handle, old);
          long until = old.size() < RECORDS_AT_ONCE ? end : old.getLast().startedAt;
          handle
              .createUpdate(
                  "UPDATE usage_retention SET done_until = :until WHERE done_until < :until")
              .bind("until", until)
              .execute();
          return old.size();
        });
  }

  private List<Old> old(Handle handle, long end) {
    String whole = options.mode() == Mode.PURGE ? "" : " AND " + StoredRecord.PERSONAL;
    return handle
        .createQuery(
            "SELECT id, started_at FROM usage_records WHERE started_at < :end AND started_at >="
                + " (SELECT done_until FROM usage_retention WHERE one = 1)"
                + whole
                + " ORDER BY started_at LIMIT :most")
        .bind("end", end)
        .bind("most", RECORDS_AT_ONCE)
        .map((row, context) -> new Old(row.getString("id"), row.getLong("started_at")))
        .list();
  }

  private void change(Handle handle, List<Old> old) {
    if (old.isEmpty()) {
      return;
    }
    String sql =
        switch (options.mode()) {
          case PSEUDONYMISE -> StoredRecord.IMPERSONAL + " WHERE id = :id";
          case PURGE -> "DELETE FROM usage_records WHERE id = :id";
        };
    PreparedBatch batch = handle.prepareBatch(sql);
    old.forEach(one -> batch.bind("id", one.id).add());
    int[] changed = batch.execute();
    if (changed.length != old.size()) {
      throw new IllegalStateException("the driver does not tell what it did");
    }
    if (options.mode() == Mode.PURGE) {
      PreparedBatch late = handle.prepareBatch("DELETE FROM usage_late WHERE record_id = :id");
      old.forEach(one -> late.bind("id", one.id).add());
      late.execute();
    }
  }

  /** The first moment whose records are kept as they are. */
  public Instant keptSince() {
    return clock.instant().minus(options.detail()).truncatedTo(ChronoUnit.DAYS);
  }

  /** Ends after the batch at hand; the next start goes on. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(RELEASE_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("the removal of old usage records did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
