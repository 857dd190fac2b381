package org.archipel.ledger;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.archipel.ledger.Correction.Difference;
import org.archipel.ledger.CorrectionStore.Placed;
import org.archipel.storage.Actor;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/** Makes corrections, each in one transaction with the sums. Thread-safe. */
final class CorrectionWriter {
  private final Database database;
  private final UsageRollups rollups;
  private final ClosedPeriods closed;
  private final RecordIds ids;
  private final Clock clock;

  CorrectionWriter(Database database, UsageRollups rollups, ClosedPeriods closed, Clock clock) {
    this.database = database;
    this.rollups = rollups;
    this.closed = closed;
    this.ids = new RecordIds(clock);
    this.clock = clock;
  }

  /** Who corrects, and why. */
  record Cause(Actor actor, String reason) {}

  /** What is to be done within the transaction. */
  interface Task<T> {
    T run(Transaction transaction) throws SQLException;
  }

  /** Runs a task whose corrections are there, with the sums, when it returned; or none of them. */
  <T> T write(Cause cause, Task<T> task) {
    record Written<R>(R result, UsageRollups.Adding sums) {}

    try {
      Written<T> written =
          database.<Written<T>, SQLException>write(
              handle -> {
                Transaction transaction = new Transaction(handle, cause);
                T result = task.run(transaction);
                transaction.end();
                return new Written<>(result, transaction.sums);
              });
      written.sums.committed();
      return written.result;
    } catch (SQLException e) {
      throw new JournalException("corrections cannot be stored: " + e.getMessage(), e);
    }
  }

  /** For one transaction. */
  final class Transaction {
    private final Handle handle;
    private final Cause cause;
    private final Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    private final UsageRollups.Adding sums;
    private final List<Placed> made = new ArrayList<>();

    private Transaction(Handle handle, Cause cause) {
      this.handle = handle;
      this.cause = cause;
      this.sums = rollups.begin(handle.getConnection());
    }

    Handle handle() {
      return handle;
    }

    /** What was made so far. */
    List<Correction> made() {
      return made.stream().map(Placed::correction).toList();
    }

    /** The counts of a record were wrong by this, and its price by that. */
    void tokens(Standing standing, Difference tokens, Map<String, Long> amounts)
        throws SQLException {
      String own = standing.record().price().map(UsageRecord.Price::currency).orElse("");
      add(standing, Correction.Kind.TOKENS, tokens, amounts.getOrDefault(own, 0L), own);
      for (Map.Entry<String, Long> amount : amounts.entrySet()) {
        if (!amount.getKey().equals(own)) {
          Difference none = Difference.NONE;
          add(standing, Correction.Kind.TOKENS, none, amount.getValue(), amount.getKey());
        }
      }
    }

    /** The price of a record was wrong by this. */
    void amounts(Standing standing, Correction.Kind kind, Map<String, Long> amounts)
        throws SQLException {
      for (Map.Entry<String, Long> amount : amounts.entrySet()) {
        add(standing, kind, Difference.NONE, amount.getValue(), amount.getKey());
      }
    }

    private void add(
        Standing standing, Correction.Kind kind, Difference tokens, long amount, String currency)
        throws SQLException {
      UsageRecord record = standing.record();
      Dimensions dimensions = Dimensions.of(record).in(currency);
      Optional<Instant> stated = closed.stated(handle, record, now);
      Instant counted = stated.orElse(record.startedAt());
      Correction correction =
          new Correction(
              ids.next(),
              record.id(),
              kind,
              cause.reason,
              tokens,
              amount,
              currency,
              standing.tariff(),
              cause.actor,
              now,
              counted);
      long dimension = sums.dimension(Grain.KEY, dimensions);
      made.add(new Placed(correction, dimension, stated.isPresent()));
      sums.add(correction, dimensions);
    }

    private void end() throws SQLException {
      CorrectionStore.insert(handle, made);
      sums.write();
    }
  }
}
