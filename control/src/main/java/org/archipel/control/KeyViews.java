package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.directory.AllowedModels;
import org.archipel.directory.ApiKey;
import org.archipel.directory.KeyProfile;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.Scope;
import org.archipel.directory.UserProof;

/** Keys as the API takes and shows them. */
final class KeyViews {
  private KeyViews() {}

  /** What a key is to be. */
  record KeyWish(
      Optional<String> organization,
      Optional<String> project,
      Optional<String> name,
      Optional<String> purpose,
      @JsonPropertyDescription("a date, a time, or a distance such as 90d")
          Optional<String> expires,
      @JsonProperty("class") Optional<String> serviceClass,
      Optional<String> maxClass,
      Optional<String> routing,
      Optional<String> maxRouting,
      OptionalInt queue,
      @JsonPropertyDescription("ids, beginnings with a star behind them, or *")
          Optional<List<String>> models,
      Optional<List<String>> requiredLabels,
      @JsonPropertyDescription("inference, usage:read") Optional<List<String>> scopes) {
    KeyProfile profile(Instant now) {
      KeyProfile usual = KeyProfile.DEFAULT;
      return new KeyProfile(
          name,
          purpose,
          KeyTerms.asked(serviceClass, maxClass, routing, maxRouting, queue),
          models.map(AllowedModels::of).orElse(usual.models()),
          requiredLabels.map(KeyViews::set).orElse(usual.requiredLabels()),
          scopes.map(KeyViews::scopes).orElse(usual.scopes()),
          expires.map(text -> TimeParameter.future("expires", text, now)),
          Optional.empty());
    }
  }

  /** What changes of a key; what is absent stays, and an empty text removes what was there. */
  record KeyChange(
      Optional<String> name,
      Optional<String> purpose,
      Optional<String> expires,
      @JsonProperty("class") Optional<String> serviceClass,
      Optional<String> maxClass,
      Optional<String> routing,
      Optional<String> maxRouting,
      OptionalInt queue,
      Optional<List<String>> models,
      Optional<List<String>> requiredLabels,
      Optional<List<String>> scopes) {
    KeyProfile of(KeyProfile before, Instant now) {
      Optional<Instant> expiry =
          expires.isEmpty()
              ? before.expiresAt()
              : expires
                  .filter(text -> !text.isEmpty())
                  .map(text -> TimeParameter.future("expires", text, now));
      return new KeyProfile(
          OrganizationViews.changed(name, before.label()),
          OrganizationViews.changed(purpose, before.purpose()),
          terms(before.terms()),
          models.map(AllowedModels::of).orElse(before.models()),
          requiredLabels.map(KeyViews::set).orElse(before.requiredLabels()),
          scopes.map(KeyViews::scopes).orElse(before.scopes()),
          expiry,
          before.userProof());
    }

    private KeyTerms terms(KeyTerms before) {
      boolean said =
          serviceClass.isPresent()
              || maxClass.isPresent()
              || routing.isPresent()
              || maxRouting.isPresent()
              || queue.isPresent();
      if (!said) {
        return before;
      }
      return KeyTerms.asked(
          serviceClass.or(() -> Optional.of(before.serviceClass().word())),
          maxClass.or(() -> Optional.of(before.maxClass().word())),
          routing.or(() -> Optional.of(before.routing().word())),
          maxRouting.or(() -> Optional.of(before.maxRouting().word())),
          queue.isPresent() ? queue : before.queue());
    }
  }

  private static Set<String> set(List<String> words) {
    return new HashSet<>(words);
  }

  private static Set<Scope> scopes(List<String> words) {
    return words.stream().map(Scope::of).collect(Collectors.toSet());
  }

  /** How long the old key still works. */
  record Rotation(
      @JsonPropertyDescription("such as 24h, which it is unless said; 0h for not at all")
          Optional<String> overlap) {}

  /**
   * A key that was just made.
   *
   * @param secret the whole key, shown this once
   * @param note why there is no secret in the answer to a repeated request
   */
  record CreatedKey(
      @JsonPropertyDescription("the whole key; in the first answer only") Optional<String> secret,
      @JsonPropertyDescription("why the secret is not here") Optional<String> note,
      KeyView key) {
    @Override
    public String toString() {
      return "CreatedKey[…, " + key + "]";
    }
  }

  /**
   * The secret with which the key's application signs who is behind a request.
   *
   * @param secret drawn when it is not said
   */
  record UserSecretWish(
      @JsonPropertyDescription("32 to 256 printable characters; drawn when it is not said")
          Optional<String> secret,
      @JsonPropertyDescription("whether requests that name nobody are refused; false unless said")
          Optional<Boolean> required) {
    @Override
    public String toString() {
      return "UserSecretWish[…]";
    }
  }

  /**
   * A secret that was just set.
   *
   * @param secret shown this once, when it was drawn here
   */
  record SetUserSecret(
      @JsonPropertyDescription("when it was drawn here; shown this once") Optional<String> secret,
      KeyView key) {
    @Override
    public String toString() {
      return "SetUserSecret[…, " + key + "]";
    }
  }

  record KeyView(
      String id,
      Optional<String> name,
      Optional<String> purpose,
      String organization,
      String project,
      String state,
      @JsonProperty("class") String serviceClass,
      String maxClass,
      String routing,
      String maxRouting,
      OptionalInt queue,
      List<String> models,
      List<String> requiredLabels,
      List<String> scopes,
      @JsonPropertyDescription("how requests name the person behind them: optional or required")
          Optional<String> userSecret,
      Instant createdAt,
      Optional<String> createdBy,
      Optional<Instant> expiresAt,
      Optional<Instant> revokedAt,
      Optional<Instant> lastUsedAt,
      Optional<String> successor,
      long version) {
    static KeyView of(ApiKey key, Instant now) {
      String state = "active";
      if (key.revokedAt().isPresent()) {
        state = "revoked";
      } else if (key.expiresAt().filter(end -> !end.isAfter(now)).isPresent()) {
        state = "expired";
      }
      KeyProfile profile = key.profile();
      return new KeyView(
          key.id(),
          key.label(),
          profile.purpose(),
          key.organization(),
          key.project(),
          state,
          key.terms().serviceClass().word(),
          key.terms().maxClass().word(),
          key.terms().routing().word(),
          key.terms().maxRouting().word(),
          key.terms().queue(),
          List.copyOf(profile.models().patterns()),
          profile.requiredLabels().stream().sorted().toList(),
          profile.scopes().stream().map(Scope::word).sorted().toList(),
          profile.userProof().map(UserProof::word),
          key.createdAt(),
          key.life().createdBy(),
          key.expiresAt(),
          key.revokedAt(),
          key.lastUsedAt(),
          key.life().successor(),
          key.version());
    }
  }
}
