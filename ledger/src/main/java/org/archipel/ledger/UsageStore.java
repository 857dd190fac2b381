package org.archipel.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * The usage records in the database, table {@code usage_records}, and with them the sums and the
 * numbers of requests that crossed. A record that is there already is not counted again.
 * Thread-safe; all methods block.
 */
final class UsageStore implements RecordStore {
  private static final String INSERT =
      "INSERT INTO usage_records ("
          + StoredRecord.COLUMNS
          + ") VALUES (?"
          + ", ?".repeat(StoredRecord.COUNT - 1)
          + ") ON CONFLICT (id) DO NOTHING";

  private final Database database;
  private final UsageRollups rollups;
  private final LateRecords late;

  /** Works on tables that are up to date. */
  UsageStore(Database database, UsageRollups rollups, LateRecords late) {
    this.database = database;
    this.rollups = rollups;
    this.late = late;
  }

  @Override
  public void insert(List<UsageRecord> records) {
    try {
      database
          .<UsageRollups.Adding, SQLException>write(handle -> insert(handle, records))
          .committed();
    } catch (SQLException e) {
      throw new JournalException("usage records cannot be stored: " + e.getMessage(), e);
    }
  }

  private UsageRollups.Adding insert(Handle handle, List<UsageRecord> records) throws SQLException {
    Connection connection = handle.getConnection();
    UsageRollups.Adding sums = rollups.begin(connection);
    LateRecords.Finding finding = late.begin(handle, records);
    CrossingWriter crossings = new CrossingWriter(connection);
    // Plain JDBC: binding 35 values through JDBI costs more than the insert.
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      for (UsageRecord record : records) {
        StoredRecord.bind(insert, record);
        insert.addBatch();
      }
      int[] inserted = insert.executeBatch();
      for (int i = 0; i < inserted.length; i++) {
        if (inserted[i] < 0) {
          throw new SQLException("the driver does not tell which records are new");
        }
        if (inserted[i] > 0) {
          sums.add(records.get(i));
          finding.add(records.get(i));
          crossings.add(records.get(i));
        }
      }
    }
    sums.write();
    finding.write(sums);
    return sums;
  }

  @Override
  public boolean settle() {
    return database.settle();
  }
}
