package org.archipel.ledger;

/** What usage can be grouped by. */
public enum UsageDimension {
  ORGANIZATION("organization"),
  /**
   * The project's name. Two organizations may each have a project of the same name: group by {@link
   * #ORGANIZATION} too to keep them apart.
   */
  PROJECT("project"),
  /** The key's id, never its secret. */
  KEY("api_key"),
  MODEL("model"),
  /** The engine's id; empty for requests that never left the queue. */
  ENGINE("COALESCE(engine, '')"),
  /** The UTC date on which the request arrived, as {@code 2026-11-30}. */
  DAY("started_at / 86400000000");

  private final String expression;

  UsageDimension(String expression) {
    this.expression = expression;
  }

  /** The SQL expression, the same in SQLite and PostgreSQL. */
  String expression() {
    return expression;
  }
}
