package org.archipel.directory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Visible;
import org.jdbi.v3.core.statement.Query;

/**
 * The conditions of a list's query and the values bound to them. The texts are ours, what comes
 * from outside is only ever bound. Used by one thread.
 */
final class Conditions {
  private final List<String> all = new ArrayList<>();
  private final Map<String, Object> values = new LinkedHashMap<>();
  private Set<String> organizations = Set.of();

  /** Adds a condition that names no value. */
  Conditions add(String condition) {
    all.add(condition);
    return this;
  }

  /** Adds a condition in which {@code :name} stands for the value. */
  Conditions add(String condition, String name, Object value) {
    all.add(condition);
    values.put(name, value);
    return this;
  }

  /** Adds a condition when there is a value for it. */
  Conditions addIf(String condition, String name, Optional<?> value) {
    value.ifPresent(present -> add(condition, name, present));
    return this;
  }

  /** Binds one more value that a condition names. */
  Conditions with(String name, Object value) {
    values.put(name, value);
    return this;
  }

  /**
   * Adds what may be seen.
   *
   * @param organization the column with an organization's name
   * @param project the column with a project's name; empty where the rows belong to no project
   */
  Conditions visible(Visible visible, String organization, Optional<String> project) {
    if (visible.all()) {
      return this;
    }
    List<String> any = new ArrayList<>();
    if (!visible.organizations().isEmpty()) {
      organizations = new TreeSet<>(visible.organizations());
      any.add(organization + " IN (<visible>)");
    }
    if (project.isPresent()) {
      int number = 0;
      for (Scope.Project one : visible.projects()) {
        String of = "of" + number;
        String name = "project" + number;
        any.add("(" + organization + " = :" + of + " AND " + project.get() + " = :" + name + ")");
        values.put(of, one.organization());
        values.put(name, one.name());
        number++;
      }
    }
    // Somebody who may see nothing gets an empty list, not an error of SQL.
    all.add(any.isEmpty() ? "1 = 0" : "(" + String.join(" OR ", any) + ")");
    return this;
  }

  /** With its word before it; empty when there is no condition. */
  String where() {
    return all.isEmpty() ? "" : " WHERE " + String.join(" AND ", all);
  }

  Query bindTo(Query query) {
    values.forEach(query::bind);
    if (!organizations.isEmpty()) {
      query.bindList("visible", organizations);
    }
    return query;
  }
}
