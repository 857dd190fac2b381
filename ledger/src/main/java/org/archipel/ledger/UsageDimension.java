package org.archipel.ledger;

import java.time.Instant;
import java.time.LocalDate;
import java.util.concurrent.TimeUnit;

/** What usage can be grouped by and, but for times, filtered by. */
public enum UsageDimension {
  ORGANIZATION("organization", "organization"),
  /**
   * The project's name. Two organizations may each have a project of the same name: group by {@link
   * #ORGANIZATION} too to keep them apart.
   */
  PROJECT("project", "project"),
  /** The key's id, never its secret. */
  KEY("api_key", "api_key"),
  /** The person's pseudonym; empty where none is known. */
  PERSON("person", "COALESCE(person, '')"),
  MODEL("model", "model"),
  /** The engine's id; empty for requests that never left the queue. */
  ENGINE("engine", "COALESCE(engine, '')"),
  /** The organization that owns the engine; empty for requests that never left the queue. */
  OWNER("engine_owner", "COALESCE(engine_owner, '')"),
  /** The class; empty where an early version did not record it. */
  CLASS("service_class", "COALESCE(service_class, '')"),
  /** The currency of prices; empty where nothing was priced. */
  CURRENCY("currency", "COALESCE(currency, '')"),
  /** The id of the other site that served the request; empty where this one did. */
  SITE("served_by", "COALESCE(served_by, '')"),
  /** The id of the other site whose request it was; empty for this one's own. */
  ORIGIN("origin_site", "COALESCE(origin_site, '')"),
  /** The UTC date on which the request arrived, as {@code 2026-11-30}. */
  DAY("day", "started_at / " + UsageDimension.DAY_MICROS),
  /** The UTC hour in which the request arrived, as {@code 2026-11-30T14:00:00Z}. */
  HOUR("hour", "started_at / " + UsageDimension.HOUR_MICROS);

  static final long HOUR_MICROS = 3_600_000_000L;
  static final long DAY_MICROS = 24 * HOUR_MICROS;

  private final String column;
  private final String ofRecord;

  UsageDimension(String column, String ofRecord) {
    this.column = column;
    this.ofRecord = ofRecord;
  }

  /** Its name in the tables of sums. */
  String column() {
    return column;
  }

  /** The SQL expression over {@code usage_records}, the same in SQLite and PostgreSQL. */
  String ofRecord() {
    return ofRecord;
  }

  /** Whether it is a span of time, which is bounded by since and until and not by a filter. */
  public boolean time() {
    return this == DAY || this == HOUR;
  }

  /** The text of what stands in a column of days or hours since 1970. */
  String text(long stored) {
    return this == DAY
        ? LocalDate.ofEpochDay(stored).toString()
        : Instant.ofEpochSecond(TimeUnit.HOURS.toSeconds(stored)).toString();
  }

  /** What stands in a column for what {@link #text} says; any other value is its own text. */
  String stored(String text) {
    return switch (this) {
      case DAY -> Long.toString(LocalDate.parse(text).toEpochDay());
      case HOUR -> Long.toString(Instant.parse(text).getEpochSecond() / 3600);
      default -> text;
    };
  }
}
