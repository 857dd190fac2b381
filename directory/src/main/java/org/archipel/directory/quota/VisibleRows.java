package org.archipel.directory.quota;

import java.util.List;
import org.archipel.directory.access.Scope;
import org.archipel.directory.access.Visible;
import org.jdbi.v3.core.statement.Query;

/**
 * What somebody may see, as a condition of a query over rows with an organization and a project.
 */
record VisibleRows(Visible visible) {
  /** For the {@code WHERE} of a query, behind another condition. */
  String sql() {
    if (visible.all()) {
      return "";
    }
    StringBuilder sql = new StringBuilder(" AND (1 = 0");
    if (!visible.organizations().isEmpty()) {
      sql.append(" OR organization IN (<organizations>)");
    }
    for (int i = 0; i < visible.projects().size(); i++) {
      sql.append(" OR (organization = :o").append(i).append(" AND project = :p").append(i);
      sql.append(')');
    }
    return sql.append(')').toString();
  }

  Query bindTo(Query query) {
    if (!visible.all() && !visible.organizations().isEmpty()) {
      query.bindList("organizations", List.copyOf(visible.organizations()));
    }
    int i = 0;
    for (Scope.Project project : visible.projects()) {
      query.bind("o" + i, project.organization()).bind("p" + i, project.name());
      i++;
    }
    return query;
  }
}
