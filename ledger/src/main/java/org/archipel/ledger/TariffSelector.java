package org.archipel.ledger;

import java.util.Optional;

/**
 * For which requests a tariff is meant; what is empty means any.
 *
 * <p>Where several tariffs fit a request, the most specific one counts: first the one that names
 * the consumer's organization, then one that names its kind, then one for any consumer; among these
 * one that names the engine's owner before one that does not; then the model; then the class. Two
 * tariffs that say the same may not be valid at the same time, so there is always exactly one.
 *
 * @param model the model's id
 * @param owner the organization that owns the engine
 * @param serviceClass {@code interactive}, {@code standard} or {@code batch}
 * @param organization the organization that consumes
 * @param organizationKind the kind of the organization that consumes; not with {@code organization}
 */
public record TariffSelector(
    Optional<String> model,
    Optional<String> owner,
    Optional<String> serviceClass,
    Optional<String> organization,
    Optional<String> organizationKind) {
  /** Every request. */
  public static final TariffSelector ANY =
      new TariffSelector(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public TariffSelector {
    if (organization.isPresent() && organizationKind.isPresent()) {
      throw new IllegalArgumentException(
          "organization and organization_kind: both (expected: one of them)");
    }
  }
}
