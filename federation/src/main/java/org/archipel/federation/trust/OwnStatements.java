package org.archipel.federation.trust;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.archipel.federation.trust.Consortium.Changes;
import org.archipel.federation.trust.Consortium.Grant;
import org.archipel.federation.trust.Consortium.Member;

/**
 * What this site signs: its entity configuration and, as the anchor, statements about members,
 * their marks, and what became of them. Thread-safe; blocks on the database.
 */
final class OwnStatements {
  static final String CHANGES_TYP = "archipel-changes+jwt";
  static final String REFRESH_TYP = "archipel-refresh+jwt";

  /** The longest life of one text of a mark: a status is asked for anyway. */
  private static final Duration MARK_LIFETIME = Duration.ofDays(30);

  /** How long an answer about a status or about changes holds. */
  private static final Duration ANSWER_LIFETIME = Duration.ofMinutes(1);

  private final TrustOptions options;
  private final SiteKeys keys;
  private final Consortium consortium;
  private final Supplier<Map<String, String>> ownMarks;
  private final Clock clock;

  /**
   * @param ownMarks the marks that were issued to this site, by type
   */
  OwnStatements(
      TrustOptions options,
      SiteKeys keys,
      Consortium consortium,
      Supplier<Map<String, String>> ownMarks,
      Clock clock) {
    this.options = options;
    this.keys = keys;
    this.consortium = consortium;
    this.ownMarks = ownMarks;
    this.clock = clock;
  }

  // ---------------------------------------------------------------- this site

  /** The entity configuration. */
  String configuration() {
    boolean anchor = consortium.founded();
    JWTClaimsSet.Builder claims = statement(options.entityId());
    claims.claim("jwks", keys.published().toJSONObject(true));
    claims.claim("metadata", metadata(anchor));
    if (!options.isAnchor()) {
      claims.claim("authority_hints", List.of(options.anchor()));
    }
    List<Map<String, Object>> marks = new ArrayList<>();
    Map<String, String> shown = anchor ? ownGrants() : ownMarks.get();
    shown.forEach((type, text) -> marks.add(Map.of("trust_mark_type", type, "trust_mark", text)));
    if (!marks.isEmpty()) {
      claims.claim("trust_marks", marks);
    }
    if (anchor) {
      Map<String, Object> issuers = new LinkedHashMap<>();
      consortium.markTypes().forEach(type -> issuers.put(type, List.of(options.entityId())));
      claims.claim("trust_mark_issuers", issuers);
    }
    return keys.sign(EntityStatement.TYP, claims.build());
  }

  private Map<String, String> ownGrants() {
    Map<String, String> marks = new LinkedHashMap<>();
    consortium
        .memberOf(options.entityId())
        .ifPresent(
            own ->
                own.marks()
                    .forEach(
                        grant ->
                            markText(own, grant).ifPresent(text -> marks.put(grant.type(), text))));
    return marks;
  }

  private Map<String, Object> metadata(boolean anchor) {
    String base = options.entityId();
    Map<String, Object> federation = new LinkedHashMap<>();
    federation.put("organization_name", options.site().name());
    federation.put("federation_resolve_endpoint", base + TrustRoutes.RESOLVE);
    federation.put("federation_historical_keys_endpoint", base + TrustRoutes.HISTORICAL_KEYS);
    if (anchor) {
      federation.put("federation_fetch_endpoint", base + TrustRoutes.FETCH);
      federation.put("federation_list_endpoint", base + TrustRoutes.LIST);
      federation.put("federation_trust_mark_endpoint", base + TrustRoutes.MARK);
      federation.put("federation_trust_mark_list_endpoint", base + TrustRoutes.MARK_LIST);
      federation.put("federation_trust_mark_status_endpoint", base + TrustRoutes.MARK_STATUS);
      federation.put("archipel_changes_endpoint", base + TrustRoutes.CHANGES);
      federation.put("archipel_refresh_endpoint", base + TrustRoutes.REFRESH);
    }
    Map<String, Object> site = new LinkedHashMap<>();
    site.put("base_url", base);
    site.put("site_id", options.site().id());
    site.put("name", options.site().name());
    site.put("organization", options.site().organization());
    site.put("version", options.site().version());
    site.put("labels", options.site().labels().stream().sorted().toList());
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(EntityStatement.FEDERATION, federation);
    all.put("oauth_resource", Map.of("resource", base, "resource_name", options.site().name()));
    all.put(EntityStatement.SITE, site);
    return all;
  }

  // ---------------------------------------------------------------- as the anchor

  /** What the anchor says of a member; nothing of one that is suspended. */
  Optional<String> about(String entityId) {
    return standing(entityId).filter(member -> !isSelf(member)).map(this::about);
  }

  private String about(Member member) {
    Map<String, Object> site =
        Map.of("site_id", member.siteId(), "organization", member.organization());
    return keys.sign(
        EntityStatement.TYP,
        statement(member.entityId())
            .claim("jwks", consortium.keysOf(member.entityId()).orElseThrow().toJSONObject(true))
            .claim("metadata", Map.of(EntityStatement.SITE, site))
            .claim("source_endpoint", options.entityId() + TrustRoutes.FETCH)
            .build());
  }

  private boolean isSelf(Member member) {
    return member.entityId().equals(options.entityId());
  }

  private Optional<Member> standing(String entityId) {
    return consortium.memberOf(entityId).filter(member -> member.suspendedAt().isEmpty());
  }

  /** A mark that a member has. */
  Optional<String> mark(String entityId, String type) {
    return standing(entityId)
        .flatMap(
            member ->
                member.marks().stream()
                    .filter(grant -> grant.type().equals(type))
                    .findFirst()
                    .flatMap(grant -> markText(member, grant)));
  }

  private Optional<String> markText(Member member, Grant grant) {
    Instant now = clock.instant();
    Instant latest = now.plus(MARK_LIFETIME);
    Instant expires = grant.expires().filter(latest::isAfter).orElse(latest);
    if (!expires.isAfter(now)) {
      return Optional.empty();
    }
    return Optional.of(
        keys.sign(
            MarkCheck.TYP,
            new JWTClaimsSet.Builder()
                .subject(member.entityId())
                .claim("trust_mark_type", grant.type())
                .jwtID(grant.id())
                .expirationTime(Date.from(expires))
                .build()));
  }

  /** Those who have a mark now. */
  List<String> marked(String type, Optional<String> only) {
    return consortium.members().stream()
        .filter(member -> member.suspendedAt().isEmpty())
        .filter(member -> only.filter(entity -> !entity.equals(member.entityId())).isEmpty())
        .filter(member -> member.marks().stream().anyMatch(mark -> mark.type().equals(type)))
        .map(Member::entityId)
        .toList();
  }

  /** The anchor's word on a mark. */
  String status(String mark) {
    return keys.sign(
        MarkCheck.STATUS_TYP,
        new JWTClaimsSet.Builder()
            .claim("trust_mark", mark)
            .claim("status", statusOf(mark))
            .expirationTime(Date.from(clock.instant().plus(ANSWER_LIFETIME)))
            .build());
  }

  private String statusOf(String mark) {
    try {
      var text = Signatures.parse(mark, MarkCheck.TYP);
      Signatures.verify(text, keys.published());
      JWTClaimsSet claims = Signatures.claims(text);
      Date expires = claims.getExpirationTime();
      if (expires != null && !clock.instant().isBefore(expires.toInstant())) {
        return "expired";
      }
      String holder = String.valueOf(claims.getSubject());
      String status = consortium.status(String.valueOf(claims.getJWTID()));
      // A member that is out has no marks, whatever it was granted.
      return status.equals("active") && standing(holder).isEmpty() ? "revoked" : status;
    } catch (DistrustException e) {
      return "invalid";
    }
  }

  /** The feed of changes after one, signed for who asked with this nonce. */
  String changes(Changes changes, String nonce) {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (Consortium.Change change : changes.changes()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("sequence", change.sequence());
      line.put("sub", change.entityId());
      line.put("change", change.kind());
      change.markType().ifPresent(type -> line.put("trust_mark_type", type));
      lines.add(line);
    }
    return keys.sign(
        CHANGES_TYP,
        new JWTClaimsSet.Builder()
            .claim("epoch", changes.epoch())
            .claim("last", changes.last())
            .claim("nonce", nonce)
            .claim("changes", lines)
            .expirationTime(Date.from(clock.instant().plus(ANSWER_LIFETIME)))
            .build());
  }

  /** Keys that were published once. */
  String historicalKeys() {
    return keys.sign(
        "jwk-set+jwt", new JWTClaimsSet.Builder().claim("keys", keys.historical()).build());
  }

  /** What this site has found out about another entity, for who asks it to resolve one. */
  String resolved(Chain chain) {
    List<Map<String, Object>> marks = new ArrayList<>();
    chain
        .leaf()
        .marks()
        .forEach(
            mark -> marks.add(Map.of("trust_mark_type", mark.type(), "trust_mark", mark.text())));
    return keys.sign(
        "resolve-response+jwt",
        new JWTClaimsSet.Builder()
            .subject(chain.leaf().subject())
            .expirationTime(Date.from(chain.expires()))
            .claim("metadata", chain.metadata())
            .claim("trust_marks", marks)
            .claim(
                "trust_chain", chain.statements().stream().map(EntityStatement::compact).toList())
            .build());
  }

  /**
   * Asks the anchor to take this site's present keys.
   *
   * @param renewed whether others should look at this site's configuration again
   */
  String refresh(boolean renewed) {
    return keys.sign(
        REFRESH_TYP,
        new JWTClaimsSet.Builder()
            .audience(options.anchor())
            .expirationTime(Date.from(clock.instant().plus(ANSWER_LIFETIME)))
            .claim("jwks", keys.published().toJSONObject(true))
            .claim("renewed", renewed)
            .build());
  }

  private JWTClaimsSet.Builder statement(String subject) {
    return new JWTClaimsSet.Builder()
        .subject(subject)
        .expirationTime(Date.from(clock.instant().plus(options.statementLifetime())));
  }
}
