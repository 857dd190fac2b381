package org.archipel.federation.trust;

import com.nimbusds.jose.util.JSONArrayUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What this site asks of the anchor beside chains: who belongs to it, what has changed, which marks
 * this site has. Believes nothing that the anchor's keys have not signed, but for the list, which
 * only says whom to look at. Thread-safe; blocks.
 */
final class AnchorTalk {
  private static final Duration WAIT = Duration.ofSeconds(15);
  private static final Duration WAIT_LIMIT = WAIT.plusSeconds(10);
  private static final Duration CONFIGURATION_KEPT = Duration.ofMinutes(5);
  private static final int MOST_ENTITIES = 2000;

  private final Documents documents;
  private final ChainFinder finder;
  private final ChainCheck check;
  private final AnchorKeys keys;
  private final TrustOptions options;
  private final Times times;
  private final RandomGenerator random;
  private Optional<EntityStatement> configuration = Optional.empty();
  private Instant configurationUntil = Instant.MIN;

  AnchorTalk(
      Documents documents,
      ChainFinder finder,
      ChainCheck check,
      AnchorKeys keys,
      TrustOptions options,
      Settings settings) {
    this.documents = documents;
    this.finder = finder;
    this.check = check;
    this.keys = keys;
    this.options = options;
    this.times = settings.times;
    this.random = settings.random;
  }

  /** What else it works with. */
  record Settings(Times times, RandomGenerator random) {}

  /** A line of the feed. */
  record Line(String entityId, String change, Optional<String> markType) {}

  /** The feed from some place on. */
  record News(String epoch, long last, long upTo, List<Line> lines) {}

  /** The anchor's configuration, verified; kept for some minutes. */
  synchronized EntityStatement configuration() throws InterruptedException {
    Instant now = times.clock().instant();
    if (configuration.isEmpty() || now.isAfter(configurationUntil)) {
      EntityStatement found = finder.configuration(options.anchor());
      if (keys.open()) {
        keys.learn(found.keys());
      }
      check.verify(List.of(found), options.anchor(), keys.present());
      keys.learn(found.keys());
      configuration = Optional.of(found);
      configurationUntil = now.plus(CONFIGURATION_KEPT);
    }
    return configuration.orElseThrow();
  }

  /** Looks at the anchor's configuration anew the next time. */
  synchronized void forgetConfiguration() {
    configuration = Optional.empty();
  }

  /** Whether the anchor tells of changes. */
  boolean tellsChanges() throws InterruptedException {
    return configuration().endpoint("archipel_changes_endpoint").isPresent();
  }

  /** Waits some seconds for changes after one; a negative number asks where the feed is. */
  News changes(long after) throws InterruptedException {
    EntityStatement anchor = configuration();
    String nonce = HexFormat.of().toHexDigits(random.nextLong());
    String url = anchor.endpoint("archipel_changes_endpoint").orElse("");
    url = ChainFinder.withQuery(url, "after", Long.toString(after));
    url = ChainFinder.withQuery(url, "wait", Long.toString(WAIT.toSeconds()));
    URI uri = options.rules().checked(ChainFinder.withQuery(url, "nonce", nonce));
    SignedJWT text =
        Signatures.parse(
            documents.get(uri, "application/" + OwnStatements.CHANGES_TYP, WAIT_LIMIT),
            OwnStatements.CHANGES_TYP);
    Signatures.verify(text, keys.present());
    JWTClaimsSet claims = Signatures.claims(text);
    try {
      if (!options.anchor().equals(claims.getIssuer())
          || !nonce.equals(claims.getStringClaim("nonce"))) {
        throw new DistrustException(Distrust.WRONG_AUDIENCE, "an answer to another question");
      }
      times.check(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant());
      return news(claims, after);
    } catch (ParseException | RuntimeException e) {
      if (e instanceof DistrustException known) {
        throw known;
      }
      throw new DistrustException(Distrust.MALFORMED, "the anchor's changes", e);
    }
  }

  private static News news(JWTClaimsSet claims, long after) throws ParseException {
    List<Line> lines = new ArrayList<>();
    long upTo = after;
    for (Object entry : claims.getListClaim("changes")) {
      Map<?, ?> line = (Map<?, ?>) entry;
      lines.add(
          new Line(
              String.valueOf(line.get("sub")),
              String.valueOf(line.get("change")),
              Optional.ofNullable(line.get("trust_mark_type")).map(Object::toString)));
      upTo = Math.max(upTo, sequence(line.get("sequence")));
    }
    return new News(claims.getStringClaim("epoch"), claims.getLongClaim("last"), upTo, lines);
  }

  private static long sequence(@Nullable Object value) throws ParseException {
    if (value instanceof Number number) {
      return number.longValue();
    }
    throw new ParseException("sequence", 0);
  }

  /** All entities below the anchor and the entities that list others, without this site. */
  Set<String> entities(List<Chain> known) throws InterruptedException {
    Set<String> all = new LinkedHashSet<>();
    EntityStatement anchor = configuration();
    all.addAll(list(anchor.endpoint("federation_list_endpoint").orElse("")));
    for (Chain chain : known) {
      Object endpoint =
          chain
              .metadata()
              .getOrDefault(EntityStatement.FEDERATION, Map.of())
              .get("federation_list_endpoint");
      if (endpoint instanceof String url && !chain.leaf().subject().equals(options.anchor())) {
        all.addAll(listIfPossible(url));
      }
    }
    if (anchor.metadata(EntityStatement.SITE).isPresent()) {
      all.add(options.anchor());
    }
    all.remove(options.entityId());
    return all;
  }

  /** Those below an intermediate that is away stay known; they are only not found anew. */
  private List<String> listIfPossible(String endpoint) throws InterruptedException {
    try {
      return list(endpoint);
    } catch (DistrustException e) {
      return List.of();
    }
  }

  private List<String> list(String endpoint) throws InterruptedException {
    if (endpoint.isEmpty()) {
      return List.of();
    }
    URI uri = options.rules().checked(endpoint);
    String text = documents.get(uri, "application/json", Documents.LIMIT);
    List<String> entities = new ArrayList<>();
    try {
      for (Object entry : JSONArrayUtils.parse(text)) {
        if (entry instanceof String entity && entities.size() < MOST_ENTITIES) {
          entities.add(options.rules().entityId(entity));
        }
      }
      return entities;
    } catch (ParseException e) {
      throw new DistrustException(Distrust.MALFORMED, "a list of entities", e);
    }
  }

  /** The marks that the anchor has for this site, by type. */
  Map<String, String> ownMarks() throws InterruptedException {
    EntityStatement anchor = configuration();
    String endpoint = anchor.endpoint("federation_trust_mark_endpoint").orElse("");
    Map<String, String> marks = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry :
        anchor.object("trust_mark_issuers").orElse(Map.of()).entrySet()) {
      boolean its =
          entry.getValue() instanceof List<?> issuers && issuers.contains(options.anchor());
      if (its && !endpoint.isEmpty()) {
        ownMark(endpoint, entry.getKey()).ifPresent(text -> marks.put(entry.getKey(), text));
      }
    }
    return marks;
  }

  private Optional<String> ownMark(String endpoint, String type) throws InterruptedException {
    String url = ChainFinder.withQuery(endpoint, "trust_mark_type", type);
    URI uri = options.rules().checked(ChainFinder.withQuery(url, "sub", options.entityId()));
    try {
      String text = documents.get(uri, "application/" + MarkCheck.TYP, Documents.LIMIT);
      SignedJWT mark = Signatures.parse(text, MarkCheck.TYP);
      Signatures.verify(mark, keys.present());
      return options.entityId().equals(Signatures.claims(mark).getSubject())
          ? Optional.of(text)
          : Optional.empty();
    } catch (DistrustException e) {
      if (e.reason() == Distrust.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** What the anchor says of this site. */
  EntityStatement aboutThisSite() throws InterruptedException {
    return finder.subordinate(configuration(), options.entityId());
  }

  /** Hands over this site's keys, if the anchor takes them in this way. */
  void handOver(String request) throws InterruptedException {
    Optional<String> endpoint = configuration().endpoint("archipel_refresh_endpoint");
    if (endpoint.isPresent()) {
      documents.post(
          options.rules().checked(endpoint.get()), "request=" + request, "application/json");
    }
  }
}
