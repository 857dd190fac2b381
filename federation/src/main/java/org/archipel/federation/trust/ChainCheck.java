package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.federation.policy.MetadataPolicy;
import com.nimbusds.openid.connect.sdk.federation.policy.language.PolicyViolationException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.minidev.json.JSONObject;

/**
 * Decides whether statements are a chain to the anchor, by OpenID Federation 1.0: links,
 * signatures, times, constraints, metadata policies. No I/O: chains that were kept are checked by
 * the same rules as new ones. Thread-safe.
 */
final class ChainCheck {
  /** Statements between an entity and its anchor. */
  static final int MOST_SUPERIORS = 4;

  /** The operators of metadata policies: another one is left aside unless it is critical. */
  private static final Set<String> OPERATORS =
      Set.of("value", "add", "default", "one_of", "subset_of", "superset_of", "essential");

  private final Times times;

  ChainCheck(Times times) {
    this.times = times;
  }

  /**
   * Verifies a chain.
   *
   * @param statements the entity's configuration, statements about it and each superior below the
   *     anchor, the anchor's configuration
   * @param anchor the anchor's entity id
   * @param anchorKeys the keys that are known to be the anchor's
   */
  Chain verify(List<EntityStatement> statements, String anchor, JWKSet anchorKeys) {
    checkLinks(statements, anchor);
    checkSignatures(statements, anchorKeys);
    Instant expires = Instant.MAX;
    for (EntityStatement statement : statements) {
      times.check(statement.issuedAt(), statement.expires());
      expires = expires.isBefore(statement.expires()) ? expires : statement.expires();
    }
    List<EntityStatement> superiors =
        statements.size() == 1 ? List.of() : statements.subList(1, statements.size() - 1);
    Map<String, Map<String, Object>> metadata = new LinkedHashMap<>();
    for (String type : types(statements.getFirst())) {
      metadata.put(type, metadata(statements.getFirst(), superiors, type));
    }
    checkConstraints(superiors, metadata);
    return new Chain(statements, metadata, expires);
  }

  // ---------------------------------------------------------------- links and signatures

  private static void checkLinks(List<EntityStatement> statements, String anchor) {
    int size = statements.size();
    if (size == 0 || size == 2) {
      throw new DistrustException(Distrust.BROKEN_LINK, "a chain of " + size + " statements");
    }
    if (size > MOST_SUPERIORS + 2) {
      throw new DistrustException(Distrust.CHAIN_TOO_LONG, size + " statements");
    }
    EntityStatement first = statements.getFirst();
    EntityStatement last = statements.getLast();
    if (!first.configuration() || !last.configuration()) {
      throw new DistrustException(
          Distrust.BROKEN_LINK, "an end of the chain is no configuration of the entity itself");
    }
    if (!last.subject().equals(anchor)) {
      throw new DistrustException(Distrust.NO_CHAIN_TO_ANCHOR, "it ends elsewhere");
    }
    String below = first.subject();
    Set<String> seen = new HashSet<>();
    seen.add(below);
    for (EntityStatement statement : statements.subList(1, Math.max(1, size - 1))) {
      if (!statement.subject().equals(below)) {
        throw new DistrustException(
            Distrust.BROKEN_LINK, "a statement about " + AddressRules.shown(statement.subject()));
      }
      below = statement.issuer();
      if (!seen.add(below)) {
        throw new DistrustException(Distrust.CHAIN_LOOP, "at " + AddressRules.shown(below));
      }
    }
    if (!below.equals(anchor)) {
      throw new DistrustException(Distrust.BROKEN_LINK, "the last statement is not the anchor's");
    }
  }

  private static void checkSignatures(List<EntityStatement> statements, JWKSet anchorKeys) {
    EntityStatement anchor = statements.getLast();
    try {
      Signatures.verify(anchor.text(), anchorKeys);
    } catch (DistrustException e) {
      throw new DistrustException(
          Distrust.ANCHOR_KEY_MISMATCH, "the anchor's configuration: " + e.reason().word(), e);
    }
    // Each statement by a key that the next one, one nearer to the anchor, says is its issuer's.
    for (int i = statements.size() - 2; i >= 0; i--) {
      EntityStatement statement = statements.get(i);
      Signatures.verify(statement.text(), statements.get(i + 1).keys());
    }
    Signatures.verify(statements.getFirst().text(), statements.getFirst().keys());
  }

  // ---------------------------------------------------------------- metadata

  private static Set<String> types(EntityStatement leaf) {
    return leaf.object("metadata").map(Map::keySet).orElse(Set.of());
  }

  private static Map<String, Object> metadata(
      EntityStatement leaf, List<EntityStatement> superiors, String type) {
    Map<String, Object> said = new LinkedHashMap<>(leaf.metadata(type).orElse(Map.of()));
    if (superiors.isEmpty()) {
      return withoutNulls(said);
    }
    // What the immediate superior says of the entity goes before what it says of itself.
    superiors.getFirst().metadata(type).ifPresent(said::putAll);
    try {
      List<MetadataPolicy> policies = new ArrayList<>();
      for (EntityStatement superior : superiors.reversed()) {
        policies.add(policy(superior, type));
      }
      JSONObject applied = MetadataPolicy.combine(policies).apply(new JSONObject(said));
      return applied == null ? Map.of() : Map.copyOf(withoutNulls(applied));
    } catch (PolicyViolationException e) {
      throw new DistrustException(Distrust.POLICY_VIOLATION, "metadata of " + type, e);
    } catch (ParseException | RuntimeException e) {
      if (e instanceof DistrustException known) {
        throw known;
      }
      // Nimbus casts what a stranger wrote.
      throw new DistrustException(Distrust.POLICY_VIOLATION, "policy for " + type, e);
    }
  }

  private static Map<String, Object> withoutNulls(Map<String, Object> all) {
    Map<String, Object> kept = new LinkedHashMap<>();
    all.forEach(
        (name, value) -> {
          if (value != null) {
            kept.put(name, value);
          }
        });
    return kept;
  }

  private static MetadataPolicy policy(EntityStatement superior, String type)
      throws ParseException, PolicyViolationException {
    List<String> critical = superior.texts("metadata_policy_crit");
    if (!OPERATORS.containsAll(critical)) {
      throw new DistrustException(
          Distrust.CRITICAL_CLAIM_UNKNOWN, "metadata_policy_crit: an operator");
    }
    JSONObject known = new JSONObject();
    for (Map.Entry<String, Object> entry : superior.policy(type).orElse(Map.of()).entrySet()) {
      JSONObject operators = new JSONObject();
      EntityStatement.object(Map.of("p", entry.getValue()), "p")
          .orElseThrow()
          .forEach(
              (name, value) -> {
                if (OPERATORS.contains(name)) {
                  operators.put(name, value);
                }
              });
      known.put(entry.getKey(), operators);
    }
    return MetadataPolicy.parse(known);
  }

  // ---------------------------------------------------------------- constraints

  private static void checkConstraints(
      List<EntityStatement> superiors, Map<String, Map<String, Object>> metadata) {
    for (int i = 0; i < superiors.size(); i++) {
      Map<String, Object> constraints = superiors.get(i).object("constraints").orElse(Map.of());
      checkLength(constraints, i);
      // All below the issuer have to have such names, not only the last of them.
      for (int below = 0; below <= i; below++) {
        String subject = superiors.get(below).subject();
        EntityStatement.object(constraints, "naming_constraints")
            .ifPresent(naming -> checkNames(naming, subject));
      }
      checkTypes(constraints, metadata);
    }
  }

  /** How many may stand between the issuer of the constraint and the entity. */
  private static void checkLength(Map<String, Object> constraints, int between) {
    Object most = constraints.get("max_path_length");
    if (most == null) {
      return;
    }
    if (!(most instanceof Number number) || number.longValue() < 0) {
      throw new DistrustException(Distrust.MALFORMED, "max_path_length (expected: >= 0)");
    }
    if (between > number.longValue()) {
      throw new DistrustException(
          Distrust.CONSTRAINT_VIOLATION, "max_path_length: " + between + " between");
    }
  }

  private static void checkNames(Map<String, Object> naming, String entity) {
    String host = host(entity);
    if (naming.containsKey("permitted")
        && names(naming, "permitted").stream().noneMatch(name -> covers(name, host))) {
      throw new DistrustException(
          Distrust.CONSTRAINT_VIOLATION, AddressRules.shown(host) + " is not permitted");
    }
    if (names(naming, "excluded").stream().anyMatch(name -> covers(name, host))) {
      throw new DistrustException(
          Distrust.CONSTRAINT_VIOLATION, AddressRules.shown(host) + " is excluded");
    }
  }

  private static List<String> names(Map<String, Object> naming, String which) {
    Object found = naming.get(which);
    if (found == null) {
      return List.of();
    }
    if (!(found instanceof List<?> list && list.stream().allMatch(String.class::isInstance))) {
      throw new DistrustException(Distrust.MALFORMED, "naming_constraints." + which);
    }
    return list.stream().map(String.class::cast).toList();
  }

  /** RFC 5280 §4.2.1.10 for URIs: a host, or with a period before it all hosts below it. */
  private static boolean covers(String name, String host) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith(".") ? host.endsWith(lower) : host.equals(lower);
  }

  private static String host(String entity) {
    int start = entity.indexOf("://") + 3;
    int end = start;
    while (end < entity.length() && "/:?#".indexOf(entity.charAt(end)) < 0) {
      end++;
    }
    return entity.substring(start, end).toLowerCase(Locale.ROOT);
  }

  private static void checkTypes(
      Map<String, Object> constraints, Map<String, Map<String, Object>> metadata) {
    Object allowed = constraints.get("allowed_entity_types");
    if (allowed == null) {
      return;
    }
    if (!(allowed instanceof List<?> types)) {
      throw new DistrustException(Distrust.MALFORMED, "allowed_entity_types (expected: a list)");
    }
    if (metadata.containsKey(EntityStatement.SITE) && !types.contains(EntityStatement.SITE)) {
      throw new DistrustException(
          Distrust.CONSTRAINT_VIOLATION, "allowed_entity_types: no " + EntityStatement.SITE);
    }
    metadata
        .keySet()
        .removeIf(type -> !types.contains(type) && !type.equals(EntityStatement.FEDERATION));
  }
}
