package org.archipel.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.archipel.storage.Database;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;

/** Finds single records with all that belongs to them. Thread-safe; all methods block. */
final class UsageArchive {
  private final Database database;

  UsageArchive(Database database) {
    this.database = database;
  }

  /**
   * The requests of an id: the record's own, wherever it is, and those whose caller gave it as
   * {@code x-request-id} within a time.
   *
   * @param most how many at most; the latest first
   */
  List<RequestAccount> find(String id, Instant since, Instant until, int most) {
    return database.read(
        handle -> {
          Map<UUID, UsageRecord> found = new LinkedHashMap<>();
          byId(handle, id).ifPresent(record -> found.put(record.id(), record));
          byRequest(handle, id, since, until, most)
              .forEach(record -> found.putIfAbsent(record.id(), record));
          List<RequestAccount> accounts = new ArrayList<>();
          for (UsageRecord record : found.values()) {
            List<Correction> corrections =
                CorrectionStore.list(
                    handle,
                    Optional.of(record.id()),
                    Optional.empty(),
                    Optional.empty(),
                    PageRequest.MAX_LIMIT);
            accounts.add(new RequestAccount(record, corrections));
          }
          return accounts;
        });
  }

  private static Optional<UsageRecord> byId(Handle handle, String id) {
    return handle
        .createQuery("SELECT " + StoredRecord.COLUMNS + " FROM usage_records WHERE id = :id")
        .bind("id", id)
        .map((row, context) -> StoredRecord.read(row))
        .findOne();
  }

  private static List<UsageRecord> byRequest(
      Handle handle, String request, Instant since, Instant until, int most) {
    return handle
        .createQuery(
            "SELECT "
                + StoredRecord.COLUMNS
                + " FROM usage_records WHERE started_at >= :since AND started_at < :until"
                + " AND request_id = :request ORDER BY started_at DESC LIMIT :most")
        .bind("since", RecordEncoder.micros(since))
        .bind("until", RecordEncoder.micros(until))
        .bind("request", request)
        .bind("most", most)
        .map((row, context) -> StoredRecord.read(row))
        .list();
  }
}
