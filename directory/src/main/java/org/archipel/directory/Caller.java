package org.archipel.directory;

/**
 * Who is calling: an API key and what it belongs to.
 *
 * @param key the key's id, never its secret
 * @param organization the organization's name
 * @param project the project's name within the organization
 * @param terms how its requests are scheduled
 */
public record Caller(String key, String organization, String project, KeyTerms terms) {
  /** A caller with whom nothing was agreed. */
  public Caller(String key, String organization, String project) {
    this(key, organization, project, KeyTerms.DEFAULT);
  }
}
