package org.archipel.directory.quota;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.archipel.directory.access.Visible;
import org.archipel.storage.Database;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The tables of events and of what webhooks are still to be told. */
final class EventStore {
  /** So many events are kept. */
  static final int MOST = 10_000;

  private static final String COLUMNS =
      "id, at, organization, project, api_key, quota, budget, period, threshold, limit_value,"
          + " used_value";

  /** An event that a webhook is to be told of. */
  record Delivery(Event event, String webhook, int attempts) {}

  private final Database database;

  EventStore(Database database) {
    this.database = database;
  }

  /** Adds an event and what webhooks are to be told; false when it was told before. */
  boolean add(Event event, Set<String> webhooks) {
    return database.write(
        handle -> {
          if (!insert(handle, event)) {
            return false;
          }
          for (String webhook : webhooks) {
            handle.execute(
                "INSERT INTO webhook_delivery (event, webhook, attempts, due_at)"
                    + " VALUES (?, ?, 0, ?)",
                event.id(),
                webhook,
                event.at().toEpochMilli());
          }
          return true;
        });
  }

  private static boolean insert(Handle handle, Event event) {
    BudgetWarning warning = event.warning();
    return handle
            .createUpdate(
                "INSERT INTO event (id, at, kind, organization, project, api_key, quota, budget,"
                    + " period, threshold, limit_value, used_value, occasion) VALUES (:id, :at,"
                    + " :kind, :organization, :project, :key, :quota, :budget, :period,"
                    + " :threshold, :limit, :used, :occasion) ON CONFLICT (occasion) DO NOTHING")
            .bind("id", event.id())
            .bind("at", event.at().toEpochMilli())
            .bind("kind", event.kind())
            .bind("organization", warning.scope().organization())
            .bind("project", warning.scope().project())
            .bind("key", warning.scope().key())
            .bind("quota", warning.quota())
            .bind("budget", warning.kind().word())
            .bind("period", warning.period())
            .bind("threshold", warning.threshold())
            .bind("limit", warning.limit())
            .bind("used", warning.used())
            .bind("occasion", warning.occasion())
            .execute()
        == 1;
  }

  /** Removes the oldest events beyond {@code most}, and what is to be told of them. */
  void prune(int most) {
    database.write(
        handle -> {
          Optional<String> oldest =
              handle
                  .createQuery("SELECT id FROM event ORDER BY id DESC LIMIT 1 OFFSET :most")
                  .bind("most", most)
                  .mapTo(String.class)
                  .findOne();
          oldest.ifPresent(
              id -> {
                handle.execute("DELETE FROM webhook_delivery WHERE event <= ?", id);
                handle.execute("DELETE FROM event WHERE id <= ?", id);
              });
          return oldest.isPresent();
        });
  }

  /** The latest first, one more than the page has. */
  List<Event> page(Visible visible, PageRequest page) {
    VisibleRows rows = new VisibleRows(visible);
    return database.read(
        handle -> {
          Query query =
              handle.createQuery(
                  "SELECT "
                      + COLUMNS
                      + " FROM event WHERE id < :before"
                      + rows.sql()
                      + " ORDER BY id DESC LIMIT :rows");
          // Ids are hexadecimal: none comes after this one.
          return rows.bindTo(query)
              .bind("before", page.cursor(1).map(cursor -> cursor.value(0)).orElse("g"))
              .bind("rows", page.rows())
              .map((row, context) -> event(row))
              .list();
        });
  }

  /** What is due, the oldest first. */
  List<Delivery> due(Instant now, int most) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT "
                        + COLUMNS
                        + ", webhook, attempts FROM webhook_delivery JOIN event"
                        + " ON event.id = webhook_delivery.event WHERE due_at <= :now"
                        + " ORDER BY due_at, id LIMIT :most")
                .bind("now", now.toEpochMilli())
                .bind("most", most)
                .map(
                    (row, context) ->
                        new Delivery(event(row), row.getString("webhook"), row.getInt("attempts")))
                .list());
  }

  void told(Delivery delivery) {
    database.write(
        handle ->
            handle.execute(
                "DELETE FROM webhook_delivery WHERE event = ? AND webhook = ?",
                delivery.event().id(),
                delivery.webhook()));
  }

  void again(Delivery delivery, Instant due) {
    database.write(
        handle ->
            handle.execute(
                "UPDATE webhook_delivery SET attempts = attempts + 1, due_at = ?"
                    + " WHERE event = ? AND webhook = ?",
                due.toEpochMilli(),
                delivery.event().id(),
                delivery.webhook()));
  }

  private static Event event(ResultSet row) throws SQLException {
    Optional<String> project = Optional.ofNullable(row.getString("project"));
    Optional<String> key = Optional.ofNullable(row.getString("api_key"));
    QuotaLevel level = level(row.getString("quota"));
    BudgetWarning warning =
        new BudgetWarning(
            new QuotaScope(level, row.getString("organization"), project, key),
            row.getString("quota"),
            QuotaKind.of(row.getString("budget")).orElseThrow(),
            row.getString("period"),
            row.getInt("threshold"),
            row.getLong("limit_value"),
            row.getLong("used_value"));
    return new Event(row.getString("id"), Instant.ofEpochMilli(row.getLong("at")), warning);
  }

  private static QuotaLevel level(String quota) {
    for (QuotaLevel level : QuotaLevel.values()) {
      if (quota.startsWith(level.word() + ":")) {
        return level;
      }
    }
    throw new IllegalStateException("a stored quota has no level");
  }
}
