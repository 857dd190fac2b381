package org.archipel.directory;

import java.util.Optional;

/**
 * Who is calling: an API key and what it belongs to, or somebody with a token of a sign-in
 * provider.
 *
 * @param key the key's id, never its secret; {@code oidc-<provider>} for all who come with a token
 *     of a provider, so that what is kept by key does not grow with persons
 * @param organization the organization's name
 * @param project the project's name within the organization
 * @param terms how its requests are scheduled
 * @param person the pseudonym of the person behind the key, when one is named
 * @param grants what it may do
 * @param userProof how its requests name the person behind them; empty when they cannot
 */
public record Caller(
    String key,
    String organization,
    String project,
    KeyTerms terms,
    Optional<String> person,
    Grants grants,
    Optional<UserProof> userProof) {
  /** A caller whose requests cannot name persons. */
  public Caller(
      String key,
      String organization,
      String project,
      KeyTerms terms,
      Optional<String> person,
      Grants grants) {
    this(key, organization, project, terms, person, grants, Optional.empty());
  }

  /** A caller who may do everything, for whom no person is named. */
  public Caller(String key, String organization, String project, KeyTerms terms) {
    this(key, organization, project, terms, Optional.empty(), Grants.ALL);
  }

  /** A caller with whom nothing was agreed. */
  public Caller(String key, String organization, String project) {
    this(key, organization, project, KeyTerms.DEFAULT);
  }

  /**
   * How its requests for a model are scheduled: its terms, within what entitlements permit.
   *
   * @param model its id, after aliases were resolved; one that the grants permit
   */
  public KeyTerms termsFor(String model) {
    // Whoever needs no entitlement costs nothing here.
    return grants.entitled().isEmpty()
        ? terms
        : grants.maxClass(model).map(terms::notBeyond).orElse(terms);
  }

  /** The same with the person behind the key. */
  public Caller withPerson(String pseudonym) {
    return new Caller(key, organization, project, terms, Optional.of(pseudonym), grants, userProof);
  }
}
