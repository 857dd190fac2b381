package org.archipel.ledger;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The statement for a query, made of the fixed names of tables, columns and expressions only, never
 * of a value.
 */
final class UsageSql {
  private final UsageQuery query;
  private final boolean continued;
  private final Grain grain;
  private final boolean anyCurrency;
  private final Map<String, Long> bounds = new LinkedHashMap<>();
  private final String text;

  /**
   * @param continued whether rows up to a given one are left out
   */
  UsageSql(UsageQuery query, boolean continued) {
    this.query = query;
    this.continued = continued;
    Set<UsageDimension> asked = EnumSet.noneOf(UsageDimension.class);
    asked.addAll(query.groupBy());
    asked.addAll(query.filters().keySet());
    this.grain = Grain.of(asked);
    this.anyCurrency = asked.contains(UsageDimension.CURRENCY);
    this.text = build();
  }

  String text() {
    return text;
  }

  /** The numbers to bind, by name. */
  Map<String, Long> bounds() {
    return bounds;
  }

  /** Whether costs of one currency only are summed, which is to be bound. */
  boolean namesCurrency() {
    return !anyCurrency;
  }

  private String build() {
    long since = query.since().map(RecordEncoder::micros).orElse(Long.MIN_VALUE);
    long until = query.until().map(RecordEncoder::micros).orElse(Long.MAX_VALUE);
    boolean byHour = query.groupBy().contains(UsageDimension.HOUR);
    List<String> parts = new ArrayList<>();
    for (UsageSource source : UsageSource.of(since, until, byHour)) {
      parts.add(part(source, parts.size()));
    }
    if (parts.isEmpty()) {
      // An empty time: the sums of no record.
      parts.add(part(new UsageSource(UsageSource.Table.RECORDS, 0, 0), 0));
    }
    String union = String.join(" UNION ALL ", parts);
    String sums =
        SumColumn.ALL.stream()
            .map(s -> "COALESCE(SUM(" + s.column() + "), 0) AS " + s.column())
            .collect(Collectors.joining(", "));
    if (query.groupBy().isEmpty()) {
      return "SELECT " + sums + " FROM (" + union + ") parts LIMIT :most";
    }
    String keys = keys("key");
    String grouped =
        "SELECT " + keys + ", " + sums + " FROM (" + union + ") parts GROUP BY " + keys;
    String after = continued ? " WHERE (" + keys + ") > (" + keys(":after") + ")" : "";
    return "SELECT * FROM ("
        + grouped
        + ") rows_of_report"
        + after
        + " ORDER BY "
        + keys
        + " LIMIT :most";
  }

  private String keys(String prefix) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < query.groupBy().size(); i++) {
      keys.add(prefix + i);
    }
    return String.join(", ", keys);
  }

  private String part(UsageSource source, int number) {
    StringBuilder sql = new StringBuilder("SELECT ");
    int key = 0;
    for (UsageDimension dimension : query.groupBy()) {
      sql.append(key(dimension, source.table())).append(" AS key").append(key++).append(", ");
    }
    sql.append(
        SumColumn.ALL.stream()
            .map(sum -> sum(sum, source.table()) + " AS " + sum.column())
            .collect(Collectors.joining(", ")));
    sql.append(" FROM ").append(from(source.table())).append(" WHERE 1 = 1");
    bound(sql, source.table().position() + " >= ", "from" + number, source.from());
    bound(sql, source.table().position() + " < ", "until" + number, source.until());
    for (UsageDimension dimension : query.filters().keySet()) {
      String value = key(dimension, source.table());
      sql.append(" AND ").append(value).append(" = :").append(dimension.column());
    }
    within(sql, source.table());
    return sql.toString();
  }

  private void within(StringBuilder sql, UsageSource.Table table) {
    String organization = key(UsageDimension.ORGANIZATION, table);
    String project = key(UsageDimension.PROJECT, table);
    sql.append(new ScopeSql(query.within()).condition(organization, project));
  }

  private void bound(StringBuilder sql, String comparison, String name, long value) {
    if (value != Long.MIN_VALUE && value != Long.MAX_VALUE) {
      sql.append(" AND ").append(comparison).append(':').append(name);
      bounds.put(name, value);
    }
  }

  private String from(UsageSource.Table table) {
    return switch (table) {
      case RECORDS -> "usage_records";
      case CORRECTIONS -> "usage_corrections c JOIN usage_dimensions d ON d.id = c.dimension";
      case HOURS -> joined(grain.hourly());
      case DAYS -> joined(grain.daily());
    };
  }

  private String joined(String sums) {
    return sums + " r JOIN " + grain.dictionary() + " d ON d.id = r.dimension";
  }

  private static String key(UsageDimension dimension, UsageSource.Table table) {
    if (!dimension.time()) {
      return table == UsageSource.Table.RECORDS ? dimension.ofRecord() : "d." + dimension.column();
    }
    long micros =
        dimension == UsageDimension.DAY ? UsageDimension.DAY_MICROS : UsageDimension.HOUR_MICROS;
    return switch (table) {
      case RECORDS, CORRECTIONS -> table.position() + " / " + micros;
      case HOURS -> dimension == UsageDimension.DAY ? "r.hour / 24" : "r.hour";
      case DAYS -> "r.day";
    };
  }

  private String sum(SumColumn sum, UsageSource.Table table) {
    String value =
        switch (table) {
          case RECORDS -> sum.ofRecord();
          case CORRECTIONS -> sum.ofCorrection();
          case HOURS, DAYS -> "r." + sum.column();
        };
    if (sum != SumColumn.MICRO_CURRENCY || anyCurrency) {
      return value;
    }
    String currency = key(UsageDimension.CURRENCY, table);
    return "CASE WHEN " + currency + " = :ledger_currency THEN " + value + " ELSE 0 END";
  }
}
