package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What this site knows of another entity.
 *
 * @param partner as it is shown
 * @param keys with which it may sign
 * @param chain its chain, when one was verified
 * @param why why it is not trusted, when it is not
 * @param next when it is looked at again
 * @param failures how often in a row nobody could be asked
 */
record Known(
    Partner partner,
    JWKSet keys,
    Optional<Chain> chain,
    Optional<Distrust> why,
    Instant next,
    int failures) {

  /** An entity of which only the id is known. */
  static Known stranger(String entityId, Optional<Distrust> why, Instant next, int failures) {
    Partner partner =
        new Partner(
            entityId,
            "",
            "",
            "",
            Set.of(),
            Set.of(),
            Instant.EPOCH,
            why.filter(Distrust.SUSPENDED::equals).isPresent()
                ? Partner.State.SUSPENDED
                : Partner.State.DISTRUSTED);
    return new Known(partner, new JWKSet(), Optional.empty(), why, next, failures);
  }

  /** An entity with a verified chain and marks. */
  static Known of(Chain chain, MarkCheck.Outcome marks, MarkTypes types, Instant next) {
    String entityId = chain.leaf().subject();
    Set<String> held =
        marks.valid().stream().map(MarkCheck.ValidMark::type).collect(Collectors.toSet());
    Map<String, Object> site = chain.metadata().getOrDefault(EntityStatement.SITE, Map.of());
    Optional<Instant> member =
        marks.valid().stream()
            .filter(mark -> mark.type().equals(types.member()))
            .map(MarkCheck.ValidMark::expires)
            .findFirst();
    Optional<Distrust> why = why(member.isPresent(), marks, types, site);
    Instant expires = member.filter(at -> at.isBefore(chain.expires())).orElse(chain.expires());
    Partner partner =
        new Partner(
            entityId,
            text(site, "site_id"),
            text(site, "name"),
            text(site, "organization"),
            held,
            types.labelsOf(held),
            expires,
            why.isEmpty() ? Partner.State.TRUSTED : Partner.State.DISTRUSTED);
    return new Known(partner, chain.keys(), Optional.of(chain), why, next, 0);
  }

  private static Optional<Distrust> why(
      boolean member, MarkCheck.Outcome marks, MarkTypes types, Map<String, Object> site) {
    if (member) {
      boolean named = !text(site, "site_id").isEmpty() && !text(site, "organization").isEmpty();
      return named ? Optional.empty() : Optional.of(Distrust.MALFORMED);
    }
    return Optional.of(
        marks.refused().stream()
            .filter(mark -> mark.type().equals(types.member()))
            .map(MarkCheck.RefusedMark::reason)
            .findFirst()
            .orElse(Distrust.NOT_A_MEMBER));
  }

  private static String text(Map<String, Object> metadata, String name) {
    return metadata.get(name) instanceof String text && text.length() <= 200 ? text : "";
  }

  /** The same, out for the time being. */
  Known suspended() {
    return with(Partner.State.SUSPENDED, Optional.of(Distrust.SUSPENDED), partner.marks());
  }

  /** The same, not trusted. */
  Known distrusted(Distrust reason) {
    return with(Partner.State.DISTRUSTED, Optional.of(reason), partner.marks());
  }

  /** The same without a mark. */
  Known without(String mark, MarkTypes types) {
    Set<String> left = new HashSet<>(partner.marks());
    left.remove(mark);
    return mark.equals(types.member()) && partner.state() == Partner.State.TRUSTED
        ? with(Partner.State.DISTRUSTED, Optional.of(Distrust.MARK_REVOKED), left)
        : with(partner.state(), why, left);
  }

  Known next(Instant at, int failed) {
    return new Known(partner, keys, chain, why, at, failed);
  }

  private Known with(Partner.State state, Optional<Distrust> reason, Set<String> marks) {
    Set<String> labels =
        partner.labels().stream()
            .filter(label -> marks.stream().anyMatch(mark -> mark.endsWith("/tm/label/" + label)))
            .collect(Collectors.toSet());
    Partner changed =
        new Partner(
            partner.entityId(),
            partner.siteId(),
            partner.name(),
            partner.organization(),
            marks,
            labels,
            partner.chainExpires(),
            state);
    return new Known(changed, keys, chain, reason, next, failures);
  }
}
