package org.archipel.ledger;

import java.util.Optional;

/**
 * An organization as a statement names it.
 *
 * @param name its name in the directory
 * @param displayName its full name
 * @param siren of a legal entity in France
 * @param siret of one of its establishments
 * @param uai of an educational establishment in France
 * @param ror of a research organization
 */
public record StatementParty(
    String name,
    Optional<String> displayName,
    Optional<String> siren,
    Optional<String> siret,
    Optional<String> uai,
    Optional<String> ror) {
  /** An organization of which no more is known than its name. */
  public static StatementParty of(String name) {
    return new StatementParty(
        name,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
