package org.archipel.server.config;

import java.util.Set;
import org.archipel.directory.ApprovalRule;

/**
 * How the directory's access requests are decided.
 *
 * @param rule how many votes decide, and whose
 */
public record DirectoryConfig(ApprovalRule rule) {
  /** One vote of anybody whose role allows it. */
  public static final DirectoryConfig DEFAULTS = new DirectoryConfig(ApprovalRule.DEFAULT);

  private static final int MOST_APPROVALS = 100;

  static DirectoryConfig read(Section section) {
    try (section) {
      int needed =
          section
              .find("approvals_needed", Forms.integer(1, MOST_APPROVALS))
              .orElse(DEFAULTS.rule.approvalsNeeded());
      Set<String> approvers = Set.copyOf(section.list("approvers", Forms.TEXT));
      if (!approvers.isEmpty() && approvers.size() < needed) {
        section.report(
            "approvals_needed",
            needed
                + " (expected: at most as many as there are approvers, "
                + approvers.size()
                + ")");
        return DEFAULTS;
      }
      return new DirectoryConfig(new ApprovalRule(needed, approvers));
    }
  }
}
