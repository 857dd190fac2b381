package org.archipel.federation.adverts;

import java.util.Set;

/**
 * What this site shares with some others.
 *
 * @param with ids of sites, or {@code *} for every trusted one
 * @param models ids of models of this site; all of them when empty
 * @param organizations whose requests are served; everybody's when empty
 * @param ceilingPercent which part of the room is offered, from 1 to 100
 */
public record ShareRule(
    Set<String> with, Set<String> models, Set<String> organizations, int ceilingPercent) {
  /** Every trusted site. */
  public static final String EVERYBODY = "*";

  /** Everything with everybody, as is meant by joining. */
  public static final ShareRule ALL = new ShareRule(Set.of(EVERYBODY), Set.of(), Set.of(), 100);

  /** Copies. */
  public ShareRule {
    with = Set.copyOf(with);
    models = Set.copyOf(models);
    organizations = Set.copyOf(organizations);
    if (ceilingPercent < 1 || ceilingPercent > 100) {
      throw new IllegalArgumentException("ceiling: " + ceilingPercent + " % (expected: 1 to 100)");
    }
  }

  boolean names(String site) {
    return with.contains(site);
  }

  boolean shares(String model) {
    return models.isEmpty() || models.contains(model);
  }

  /** Whether requests of an organization are served. */
  public boolean serves(String organization) {
    return organizations.isEmpty() || organizations.contains(organization);
  }
}
