package org.archipel.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Numbers the requests that crossed, in the transaction that stores their records: neither is there
 * without the other. For one transaction.
 */
final class CrossingWriter {
  private static final String INSERT =
      "INSERT INTO usage_crossings ("
          + Crossings.COLUMNS
          + ") VALUES (?"
          + ", ?".repeat(Crossings.COUNT - 1)
          + ")";

  private final Connection connection;
  private final Map<Crossing.Way, Long> last = new HashMap<>();

  CrossingWriter(Connection connection) {
    this.connection = connection;
  }

  /** Adds a record that was not there before, if it is one of a request that crossed. */
  void add(UsageRecord record) throws SQLException {
    Optional<Crossing.Way> way = Crossing.way(record);
    if (way.isPresent()) {
      long sequence = last(way.get()) + 1;
      insert(way.get(), sequence, record);
      last.put(way.get(), sequence);
    }
  }

  private long last(Crossing.Way way) throws SQLException {
    Long known = last.get(way);
    if (known != null) {
      return known;
    }
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT COALESCE(MAX(sequence), 0) FROM usage_crossings"
                + " WHERE direction = ? AND site = ?")) {
      select.setString(1, way.direction().word());
      select.setString(2, way.site());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void insert(Crossing.Way way, long sequence, UsageRecord record) throws SQLException {
    String own = record.id().toString();
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setString(1, way.direction().word());
      insert.setString(2, way.site());
      insert.setLong(3, sequence);
      insert.setString(4, record.origin().map(UsageRecord.Origin::request).orElse(own));
      insert.setString(5, own);
      insert.setString(6, record.caller().organization());
      insert.setString(7, record.model());
      insert.setString(8, record.serviceClass());
      insert.setString(9, record.engine().map(UsageRecord.Place::owner).orElse(""));
      insert.setString(10, record.outcome().name().toLowerCase(Locale.ROOT));
      insert.setLong(11, record.tokens().prompt());
      insert.setLong(12, record.tokens().cached());
      insert.setLong(13, record.tokens().completion());
      insert.setInt(14, record.tokens().estimated() ? 1 : 0);
      insert.setLong(15, record.engineMicros());
      insert.setLong(16, record.audioMillis());
      price(insert, record.price());
      insert.setLong(20, RecordEncoder.micros(record.startedAt()));
      insert.setLong(21, record.timing().total());
      insert.executeUpdate();
    }
  }

  private static void price(PreparedStatement insert, Optional<UsageRecord.Price> price)
      throws SQLException {
    if (price.isPresent()) {
      insert.setString(17, price.get().tariff());
      insert.setLong(18, price.get().microCurrency());
      insert.setString(19, price.get().currency());
    } else {
      insert.setNull(17, Types.VARCHAR);
      insert.setNull(18, Types.BIGINT);
      insert.setNull(19, Types.VARCHAR);
    }
  }
}
