package org.archipel.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.statement.Query;

/** A filter of the audit log as a condition with the values that are bound to it. */
record AuditQuery(String condition, Map<String, Object> values, Optional<Set<String>> names) {

  /**
   * Of a filter and a page.
   *
   * @throws PageException when the cursor is not one of the audit log
   */
  static AuditQuery of(AuditFilter filter, PageRequest page) {
    List<String> conditions = new ArrayList<>();
    Map<String, Object> values = new LinkedHashMap<>();
    page.cursor(1)
        .ifPresent(cursor -> add(conditions, values, "sequence < :after", cursor.number(0)));
    filter.organizations().ifPresent(_ -> conditions.add("organization IN (<organizations>)"));
    filter.actor().ifPresent(actor -> addActor(conditions, values, actor));
    filter.action().ifPresent(action -> addAction(conditions, values, action));
    filter.since().ifPresent(at -> add(conditions, values, "at >= :since", millis(at)));
    filter.until().ifPresent(at -> add(conditions, values, "at < :until", millis(at)));
    String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    return new AuditQuery(where, values, filter.organizations());
  }

  /** The condition's last word, after a colon, is the name of its value. */
  private static void add(
      List<String> conditions, Map<String, Object> values, String condition, Object value) {
    conditions.add(condition);
    values.put(condition.substring(condition.lastIndexOf(':') + 1), value);
  }

  private static void addActor(List<String> conditions, Map<String, Object> values, String actor) {
    int colon = actor.indexOf(':');
    add(conditions, values, "actor_kind = :kind", colon < 0 ? actor : actor.substring(0, colon));
    if (colon >= 0) {
      add(conditions, values, "actor_id = :id", actor.substring(colon + 1));
    }
  }

  private static void addAction(
      List<String> conditions, Map<String, Object> values, String action) {
    if (action.contains(".")) {
      add(conditions, values, "action = :action", action);
    } else {
      // Not by order: in some collations of PostgreSQL a dot counts for nothing.
      conditions.add("substr(action, 1, :length) = :thing");
      values.put("length", action.length() + 1);
      values.put("thing", action + ".");
    }
  }

  private static long millis(Instant at) {
    try {
      return at.toEpochMilli();
    } catch (ArithmeticException e) {
      return at.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** Reads at most {@code rows}, the latest first. */
  Query bindTo(Query query, int rows) {
    values.forEach(query::bind);
    names.ifPresent(wanted -> query.bindList("organizations", wanted));
    return query.bind("rows", rows);
  }

  String sql() {
    return "SELECT "
        + AuditRow.COLUMNS
        + " FROM audit_entry"
        + condition
        + " ORDER BY sequence DESC LIMIT :rows";
  }
}
