package org.archipel.federation.adverts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * With whom this site shares what, and which models of others may answer for its own. Immutable.
 *
 * <p>The rule that names a site counts for it, else the one for everybody, else none: nothing is
 * shared then.
 *
 * @param rules at most one that names a site
 * @param equivalents by a model of this site the ids of models of others that may answer in its
 *     place, beside those that have its id or one of its aliases
 */
public record ShareRules(List<ShareRule> rules, Map<String, Set<String>> equivalents) {
  /** Everything with everybody, and no models but those of the same name. */
  public static final ShareRules ALL = new ShareRules(List.of(ShareRule.ALL), Map.of());

  /** Copies. */
  public ShareRules {
    rules = List.copyOf(rules);
    equivalents = Map.copyOf(equivalents);
  }

  /** What is shared with a site. */
  public Optional<ShareRule> with(String site) {
    return rules.stream()
        .filter(rule -> rule.names(site))
        .findFirst()
        .or(() -> rules.stream().filter(rule -> rule.names(ShareRule.EVERYBODY)).findFirst());
  }

  /** Whether a request of an organization that a site sends may be served with a model. */
  public boolean serves(String site, String organization, String model) {
    return with(site).filter(rule -> rule.shares(model) && rule.serves(organization)).isPresent();
  }

  /** Whether a model of another site, by its id there, was said to answer for one of this site. */
  public boolean equivalent(String own, String theirs) {
    return equivalents.getOrDefault(own, Set.of()).contains(theirs);
  }
}
