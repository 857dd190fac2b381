package org.archipel.directory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How an organization stands, as the key ring knows it. Immutable.
 *
 * @param archived names of its projects that are closed
 * @param entitlements those that have not ended
 */
record Standing(
    OrganizationKind kind,
    int share,
    boolean suspended,
    Set<String> archived,
    List<Entitlement> entitlements) {
  /** Of an organization that is not known: it may do nothing. */
  static final Standing UNKNOWN =
      new Standing(OrganizationKind.BENEFICIARY, 1, true, Set.of(), List.of());

  Standing {
    archived = Set.copyOf(archived);
    entitlements = List.copyOf(entitlements);
  }

  /**
   * What entitlements permit a project, and for how long that stays so.
   *
   * @param allowances empty when none is needed
   * @param from the first moment for which it is true, in milliseconds since 1970
   * @param until the first moment for which it is not
   */
  record Allowed(Optional<List<Allowance>> allowances, long from, long until) {}

  /**
   * The rule of entitlements. A contributor needs none here: the site that knows it is its own. A
   * beneficiary may use what its entitlements permit at this moment, and nothing else.
   */
  Allowed allowed(String project, long now) {
    if (kind == OrganizationKind.CONTRIBUTOR) {
      return new Allowed(Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE);
    }
    List<Allowance> allowances = new ArrayList<>();
    long from = Long.MIN_VALUE;
    long until = Long.MAX_VALUE;
    for (Entitlement entitlement : entitlements) {
      EntitlementTerms terms = entitlement.terms();
      if (!entitlement.covers(project)) {
        continue;
      }
      for (long edge : new long[] {terms.from().toEpochMilli(), terms.untilMillis()}) {
        from = edge <= now ? Math.max(from, edge) : from;
        until = edge > now ? Math.min(until, edge) : until;
      }
      if (terms.activeAt(now)) {
        allowances.add(new Allowance(terms.models(), terms.maxClass()));
      }
    }
    return new Allowed(Optional.of(allowances), from, until);
  }
}
