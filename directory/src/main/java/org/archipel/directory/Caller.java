package org.archipel.directory;

import java.util.Optional;

/**
 * Who is calling: an API key and what it belongs to.
 *
 * @param key the key's id, never its secret
 * @param organization the organization's name
 * @param project the project's name within the organization
 * @param terms how its requests are scheduled
 * @param person the pseudonym of the person behind the key, when one is named
 * @param grants what it may do
 */
public record Caller(
    String key,
    String organization,
    String project,
    KeyTerms terms,
    Optional<String> person,
    Grants grants) {
  /** A caller who may do everything, for whom no person is named. */
  public Caller(String key, String organization, String project, KeyTerms terms) {
    this(key, organization, project, terms, Optional.empty(), Grants.ALL);
  }

  /** A caller with whom nothing was agreed. */
  public Caller(String key, String organization, String project) {
    this(key, organization, project, KeyTerms.DEFAULT);
  }

  /** The same with the person behind the key. */
  public Caller withPerson(String pseudonym) {
    return new Caller(key, organization, project, terms, Optional.of(pseudonym), grants);
  }
}
