package org.archipel.directory;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.archipel.directory.KeyTerms.ServiceClass;

/**
 * What a caller may do, at the moment when it was asked for: what its key allows, and what the
 * consortium allows its organization. Immutable, made once for a key and not for a request.
 *
 * @param models which models the key allows
 * @param entitled what entitlements permit beyond which nothing may be used; empty when the
 *     organization needs none
 * @param requiredLabels labels that the serving site must have
 * @param scopes what the key is for
 */
public record Grants(
    AllowedModels models,
    Optional<List<Allowance>> entitled,
    Set<String> requiredLabels,
    Set<Scope> scopes) {
  /** Everything, everywhere. */
  public static final Grants ALL =
      new Grants(AllowedModels.ALL, Optional.empty(), Set.of(), Set.of(Scope.values()));

  /** Copies. */
  public Grants {
    entitled = entitled.map(List::copyOf);
    requiredLabels = Set.copyOf(requiredLabels);
    scopes = Set.copyOf(scopes);
  }

  /**
   * Whether a model may be used.
   *
   * @param model its id, after aliases were resolved
   */
  public boolean permits(String model) {
    return models.permits(model) && (entitled.isEmpty() || maxClass(model).isPresent());
  }

  /**
   * The most urgent class that an entitlement permits for a model; empty when none permits the
   * model at all. Where no entitlement is needed, the most urgent class that there is.
   */
  public Optional<ServiceClass> maxClass(String model) {
    if (entitled.isEmpty()) {
      return Optional.of(ServiceClass.INTERACTIVE);
    }
    Optional<ServiceClass> most = Optional.empty();
    for (Allowance allowance : entitled.get()) {
      boolean better = most.isEmpty() || allowance.maxClass().compareTo(most.get()) < 0;
      if (better && allowance.models().permits(model)) {
        most = Optional.of(allowance.maxClass());
      }
    }
    return most;
  }

  /** Whether the key is for this. */
  public boolean allows(Scope scope) {
    return scopes.contains(scope);
  }
}
