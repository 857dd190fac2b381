package org.archipel.directory;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What can be changed of a living key.
 *
 * @param label what its owner calls it, at most 200 printable characters
 * @param purpose what it is for, at most 2,000 characters
 * @param terms how requests that come with it are scheduled
 * @param models which models it may use
 * @param requiredLabels labels that the serving site must have, at most {@value #MOST_LABELS}
 * @param scopes what it may be used for, at least one
 * @param expiresAt from when on it is refused, to the millisecond; empty for never
 * @param userProof how its requests name the person behind them; empty when they cannot
 */
public record KeyProfile(
    Optional<String> label,
    Optional<String> purpose,
    KeyTerms terms,
    AllowedModels models,
    Set<String> requiredLabels,
    Set<Scope> scopes,
    Optional<Instant> expiresAt,
    Optional<UserProof> userProof) {
  /** A key for inference with which nothing is agreed. */
  public static final KeyProfile DEFAULT =
      new KeyProfile(
          Optional.empty(),
          Optional.empty(),
          KeyTerms.DEFAULT,
          AllowedModels.ALL,
          Set.of(),
          Set.of(Scope.INFERENCE),
          Optional.empty(),
          Optional.empty());

  private static final int MOST_LABELS = 32;

  /**
   * Checks all but the expiry, which is checked against the clock when it is set.
   *
   * @throws DirectoryException when a value has not its form
   */
  public KeyProfile {
    Names.checkLabel(label);
    Names.checkProse("purpose", purpose, ProjectProfile.LONGEST_PURPOSE);
    requiredLabels = Set.copyOf(requiredLabels);
    scopes = Set.copyOf(scopes);
    expiresAt = expiresAt.map(Register::toMillis);
    if (requiredLabels.size() > MOST_LABELS) {
      throw Names.invalid(
          "required_labels", requiredLabels.size() + " of them", "at most " + MOST_LABELS);
    }
    requiredLabels.forEach(name -> Names.checkSlug("required_labels", name));
    if (scopes.isEmpty()) {
      throw Names.invalid("scopes", "none", "any of inference, usage:read");
    }
  }

  /** The same with another expiry. */
  public KeyProfile withExpiry(Optional<Instant> at) {
    return new KeyProfile(label, purpose, terms, models, requiredLabels, scopes, at, userProof);
  }

  /** The same with another label. */
  public KeyProfile withLabel(Optional<String> changed) {
    return new KeyProfile(
        changed, purpose, terms, models, requiredLabels, scopes, expiresAt, userProof);
  }

  /** The same with other terms. */
  public KeyProfile withTerms(KeyTerms changed) {
    return new KeyProfile(
        label, purpose, changed, models, requiredLabels, scopes, expiresAt, userProof);
  }

  /** The same with another way to name persons. */
  public KeyProfile withUserProof(Optional<UserProof> changed) {
    return new KeyProfile(
        label, purpose, terms, models, requiredLabels, scopes, expiresAt, changed);
  }

  Map<String, String> described() {
    Map<String, String> all = new LinkedHashMap<>();
    label.ifPresent(text -> all.put("label", text));
    purpose.ifPresent(text -> all.put("purpose", text));
    all.put("class", terms.serviceClass().word());
    all.put("max_class", terms.maxClass().word());
    all.put("routing", terms.routing().word());
    all.put("max_routing", terms.maxRouting().word());
    terms.queue().ifPresent(queue -> all.put("queue", String.valueOf(queue)));
    all.put("models", Words.joined(models.patterns()));
    all.put("required_labels", Words.joined(requiredLabels));
    all.put("scopes", scopes.stream().map(Scope::word).sorted().collect(Collectors.joining(" ")));
    expiresAt.ifPresent(at -> all.put("expires_at", at.toString()));
    userProof.ifPresent(proof -> all.put("user_secret", proof.described()));
    return all;
  }
}
