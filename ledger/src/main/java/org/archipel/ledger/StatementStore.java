package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.archipel.storage.Actor;
import org.archipel.storage.PageCursor;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * The table {@code statements}: rows are added and read, never changed. All methods work within a
 * transaction of the caller's.
 */
final class StatementStore implements ClosedPeriods {
  static final String NO_HASH = "0".repeat(64);

  private static final String COLUMNS =
      "number, organization, month, closed_at, actor_kind, actor_id, sha256";

  @Override
  public boolean closed(Handle handle, String organization, YearMonth month) {
    return handle
            .createQuery(
                "SELECT COUNT(*) FROM statements"
                    + " WHERE organization = :organization AND month = :month")
            .bind("organization", organization)
            .bind("month", LateRecords.number(month))
            .mapTo(Long.class)
            .one()
        > 0;
  }

  static void insert(Handle handle, ClosedStatement closed, String document) {
    handle
        .createUpdate(
            "INSERT INTO statements ("
                + COLUMNS
                + ", document) VALUES (:number, :organization, :month, :closed, :kind, :id, :hash,"
                + " :document)")
        .bind("number", closed.number())
        .bind("organization", closed.organization())
        .bind("month", LateRecords.number(closed.month()))
        .bind("closed", RecordEncoder.micros(closed.closedAt()))
        .bind("kind", closed.closedBy().kind())
        .bind("id", closed.closedBy().id())
        .bind("hash", closed.sha256())
        .bind("document", document)
        .execute();
  }

  static Optional<ClosedStatement> last(Handle handle) {
    return handle
        .createQuery("SELECT " + COLUMNS + " FROM statements ORDER BY number DESC LIMIT 1")
        .map((row, context) -> read(row))
        .findOne();
  }

  static Optional<ClosedStatement> find(Handle handle, String organization, YearMonth month) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM statements WHERE organization = :organization AND month = :month")
        .bind("organization", organization)
        .bind("month", LateRecords.number(month))
        .map((row, context) -> read(row))
        .findOne();
  }

  static String document(Handle handle, long number) {
    return handle
        .createQuery("SELECT document FROM statements WHERE number = :number")
        .bind("number", number)
        .mapTo(String.class)
        .one();
  }

  /**
   * The latest first.
   *
   * @param organizations whose; everybody's when empty
   */
  static List<ClosedStatement> list(
      Handle handle,
      Optional<Set<String>> organizations,
      Optional<YearMonth> month,
      Optional<PageCursor> after,
      int rows) {
    StringBuilder sql =
        new StringBuilder("SELECT ")
            .append(COLUMNS)
            .append(" FROM statements WHERE number < :after");
    month.ifPresent(given -> sql.append(" AND month = :month"));
    List<String> names = new ArrayList<>(organizations.orElse(Set.of()));
    if (organizations.isPresent()) {
      sql.append(" AND (1 = 0");
      for (int i = 0; i < names.size(); i++) {
        sql.append(" OR organization = :organization").append(i);
      }
      sql.append(')');
    }
    Query query =
        handle
            .createQuery(sql.append(" ORDER BY number DESC LIMIT :rows").toString())
            .bind("after", after.map(cursor -> cursor.number(0)).orElse(Long.MAX_VALUE))
            .bind("rows", rows);
    month.ifPresent(given -> query.bind("month", LateRecords.number(given)));
    for (int i = 0; i < names.size(); i++) {
      query.bind("organization" + i, names.get(i));
    }
    return query.map((row, context) -> read(row)).list();
  }

  /** The first one numbered after another. */
  static Optional<ClosedStatement> after(Handle handle, long number) {
    return handle
        .createQuery(
            "SELECT " + COLUMNS + " FROM statements WHERE number > :number ORDER BY number LIMIT 1")
        .bind("number", number)
        .map((row, context) -> read(row))
        .findOne();
  }

  private static ClosedStatement read(ResultSet row) throws SQLException {
    return new ClosedStatement(
        row.getLong("number"),
        row.getString("organization"),
        LateRecords.month(row.getLong("month")),
        StoredRecord.instant(row.getLong("closed_at")),
        new Actor(row.getString("actor_kind"), row.getString("actor_id")),
        row.getString("sha256"));
  }
}
