package org.archipel.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.archipel.ledger.Charge.Kind;
import org.jdbi.v3.core.Handle;

/** The charges of one day: what is in its sums, taken apart by when it is stated. */
final class DayCharges {
  private static final String DIMENSIONS =
      "d.organization, d.project, d.model, d.engine, d.engine_owner, d.service_class, d.currency,"
          + " d.served_by";

  private static final String SUMS =
      "SUM(s.requests) AS requests, SUM(s.prompt_tokens) AS prompt_tokens,"
          + " SUM(s.cached_tokens) AS cached_tokens, SUM(s.completion_tokens) AS completion_tokens,"
          + " SUM(s.engine_micros) AS engine_micros, SUM(s.audio_millis) AS audio_millis,"
          + " SUM(s.micro_currency) AS micro_currency";

  private static final String SETTLED =
      " FROM usage_corrections c JOIN usage_dimensions d ON d.id = c.dimension"
          + " WHERE c.settled = 1 AND c.counted_at >= :first AND c.counted_at < :end";

  /** The day's sums without what came late for it and without settlements of other months. */
  private static final String USAGE =
      "SELECT organization, project, model, engine, engine_owner, service_class, currency,"
          + " served_by, "
          + SUMS
          + " FROM (SELECT "
          + DIMENSIONS
          + summed("r.", "")
          + " FROM usage_project_daily r JOIN usage_project_dimensions d ON d.id = r.dimension"
          + " WHERE r.day = :day UNION ALL SELECT "
          + DIMENSIONS
          + summed("r.", "-")
          + " FROM usage_carried r JOIN usage_project_dimensions d ON d.id = r.dimension"
          + " WHERE r.day = :day UNION ALL SELECT "
          + DIMENSIONS
          + ", 0, -c.prompt_tokens, -c.cached_tokens, -c.completion_tokens, 0, 0,"
          + " -c.micro_currency"
          + SETTLED
          + ") s GROUP BY organization, project, model, engine, engine_owner, service_class,"
          + " currency, served_by";

  private static final String LATE =
      "SELECT "
          + DIMENSIONS
          + ", s.stated_month"
          + summed("s.", "")
          + " FROM usage_carried s JOIN usage_project_dimensions d ON d.id = s.dimension"
          + " WHERE s.day = :day";

  private static final String SETTLEMENTS =
      "SELECT organization, project, model, engine, engine_owner, service_class, currency,"
          + " served_by, reason, "
          + SUMS
          + " FROM (SELECT "
          + DIMENSIONS
          + ", c.reason, 0 AS requests, c.prompt_tokens, c.cached_tokens, c.completion_tokens,"
          + " 0 AS engine_micros, 0 AS audio_millis, c.micro_currency"
          + SETTLED
          + ") s GROUP BY organization, project, model, engine, engine_owner, service_class,"
          + " currency, served_by, reason";

  private static final Comparator<Charge> ORDER =
      Comparator.comparing(Charge::kind)
          .thenComparing(charge -> charge.consumer().organization())
          .thenComparing(charge -> charge.consumer().name())
          .thenComparing(charge -> charge.place().model())
          .thenComparing(charge -> charge.place().owner())
          .thenComparing(charge -> charge.place().engine())
          .thenComparing(charge -> charge.place().serviceClass())
          .thenComparing(charge -> charge.place().servedBy())
          .thenComparing(Charge::currency)
          .thenComparing(Charge::billed)
          .thenComparing(Charge::reason);

  private DayCharges() {}

  private static String summed(String table, String sign) {
    StringBuilder columns = new StringBuilder();
    for (SumColumn column :
        List.of(
            SumColumn.REQUESTS,
            SumColumn.PROMPT_TOKENS,
            SumColumn.CACHED_TOKENS,
            SumColumn.COMPLETION_TOKENS,
            SumColumn.ENGINE_MICROS,
            SumColumn.AUDIO_MILLIS,
            SumColumn.MICRO_CURRENCY)) {
      columns.append(", ").append(sign).append(table).append(column.column());
      columns.append(" AS ").append(column.column());
    }
    return columns.toString();
  }

  static List<Charge> of(Handle handle, long day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    YearMonth month = YearMonth.from(date);
    long first = day * UsageDimension.DAY_MICROS;
    long end = first + UsageDimension.DAY_MICROS;
    List<Charge> charges = new ArrayList<>();
    charges.addAll(
        handle
            .createQuery(USAGE)
            .bind("day", day)
            .bind("first", first)
            .bind("end", end)
            .map((row, context) -> charge(row, Kind.USAGE, date, month, ""))
            .list());
    charges.addAll(
        handle
            .createQuery(LATE)
            .bind("day", day)
            .map((row, context) -> charge(row, Kind.LATE, date, stated(row), ""))
            .list());
    charges.addAll(
        handle
            .createQuery(SETTLEMENTS)
            .bind("first", first)
            .bind("end", end)
            .map(
                (row, context) ->
                    charge(row, Kind.SETTLEMENT, date, month, row.getString("reason")))
            .list());
    charges.removeIf(charge -> charge.used().nothing() && charge.microCurrency() == 0);
    charges.sort(ORDER);
    return charges;
  }

  private static YearMonth stated(ResultSet row) throws SQLException {
    return LateRecords.month(row.getLong("stated_month"));
  }

  private static Charge charge(
      ResultSet row, Kind kind, LocalDate day, YearMonth billed, String reason)
      throws SQLException {
    return new Charge(
        kind,
        day,
        billed,
        new UsageScope.Project(row.getString("organization"), row.getString("project")),
        new Charge.Place(
            row.getString("model"),
            row.getString("engine"),
            row.getString("engine_owner"),
            row.getString("service_class"),
            row.getString("served_by")),
        row.getString("currency"),
        new Statement.Volume(
            row.getLong("requests"),
            row.getLong("prompt_tokens"),
            row.getLong("cached_tokens"),
            row.getLong("completion_tokens"),
            row.getLong("engine_micros"),
            row.getLong("audio_millis")),
        row.getLong("micro_currency"),
        reason);
  }
}
