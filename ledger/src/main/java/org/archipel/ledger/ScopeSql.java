package org.archipel.ledger;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.statement.Query;

/** Whose usage may be told, as a condition. Values are bound, never part of it. */
record ScopeSql(UsageScope scope) {
  /** Begins with {@code AND}; empty when everybody's may. */
  String condition(String organization, String project) {
    if (scope.all()) {
      return "";
    }
    List<String> allowed = new ArrayList<>();
    for (int i = 0; i < scope.organizations().size(); i++) {
      allowed.add(organization + " = :within" + i);
    }
    for (int i = 0; i < scope.projects().size(); i++) {
      String of = organization + " = :within_of" + i;
      allowed.add("(" + of + " AND " + project + " = :within_project" + i + ")");
    }
    return " AND (" + (allowed.isEmpty() ? "1 = 0" : String.join(" OR ", allowed)) + ")";
  }

  void bind(Query query) {
    if (scope.all()) {
      return;
    }
    for (int i = 0; i < scope.organizations().size(); i++) {
      query.bind("within" + i, scope.organizations().get(i));
    }
    for (int i = 0; i < scope.projects().size(); i++) {
      query.bind("within_of" + i, scope.projects().get(i).organization());
      query.bind("within_project" + i, scope.projects().get(i).name());
    }
  }
}
