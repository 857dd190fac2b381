package org.archipel.directory;

import java.util.Set;

/**
 * How access requests are decided: n of m.
 *
 * @param approvalsNeeded how many votes of the same kind decide a request, 1 to 100
 * @param approvers who may vote, as {@code kind:id}; empty for everybody whose role allows it
 */
public record ApprovalRule(int approvalsNeeded, Set<String> approvers) {
  /** One vote of anybody whose role allows it. */
  public static final ApprovalRule DEFAULT = new ApprovalRule(1, Set.of());

  private static final int MOST = 100;

  /**
   * Checks.
   *
   * @throws DirectoryException when fewer may vote than must
   */
  public ApprovalRule {
    approvers = Set.copyOf(approvers);
    if (approvalsNeeded < 1 || approvalsNeeded > MOST) {
      throw Names.invalid("approvals_needed", String.valueOf(approvalsNeeded), "1 to " + MOST);
    }
    if (!approvers.isEmpty() && approvers.size() < approvalsNeeded) {
      throw Names.invalid(
          "approvals_needed",
          String.valueOf(approvalsNeeded),
          "at most as many as there are approvers, " + approvers.size());
    }
  }

  boolean mayVote(String actor) {
    return approvers.isEmpty() || approvers.contains(actor);
  }
}
