package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches what makes a chain from an entity to the anchor, and has it checked. Asks at most some
 * dozens of documents for one chain. Thread-safe; blocks.
 */
final class ChainFinder {
  static final String WELL_KNOWN = "/.well-known/openid-federation";

  /** Documents for one chain: a web of superiors must not keep this site busy. */
  private static final int MOST_DOCUMENTS = 32;

  private final Documents documents;
  private final AddressRules rules;
  private final ChainCheck check;

  ChainFinder(Documents documents, AddressRules rules, ChainCheck check) {
    this.documents = documents;
    this.rules = rules;
    this.check = check;
  }

  /** Finds and verifies a chain. */
  Chain find(String entity, String anchor, JWKSet anchorKeys) throws InterruptedException {
    return new Search(anchor, anchorKeys).from(rules.entityId(entity));
  }

  /** What an entity says of itself, signed by the keys that it says it has. */
  EntityStatement configuration(String entity) throws InterruptedException {
    URI uri = rules.checked(rules.entityId(entity) + WELL_KNOWN);
    EntityStatement statement =
        EntityStatement.parse(documents.get(uri, EntityStatement.CONTENT_TYPE, Documents.LIMIT));
    if (!statement.configuration() || !statement.subject().equals(entity)) {
      throw new DistrustException(
          Distrust.BROKEN_LINK, "the configuration there is somebody else's");
    }
    Signatures.verify(statement.text(), statement.keys());
    return statement;
  }

  /** What a superior says of an entity. */
  EntityStatement subordinate(EntityStatement superior, String entity) throws InterruptedException {
    String endpoint =
        superior
            .endpoint("federation_fetch_endpoint")
            .orElseThrow(
                () ->
                    new DistrustException(
                        Distrust.BROKEN_LINK, "a superior without federation_fetch_endpoint"));
    URI uri = rules.checked(withQuery(endpoint, "sub", entity));
    EntityStatement statement = EntityStatement.parse(said(uri));
    if (!statement.issuer().equals(superior.subject()) || !statement.subject().equals(entity)) {
      throw new DistrustException(
          Distrust.BROKEN_LINK, "a superior answers with a statement of or about somebody else");
    }
    return statement;
  }

  private String said(URI uri) throws InterruptedException {
    try {
      return documents.get(uri, EntityStatement.CONTENT_TYPE, Documents.LIMIT);
    } catch (DistrustException e) {
      if (e.reason() == Distrust.NOT_FOUND) {
        // Not an accident on the way: the superior was reached, and vouches for it no more.
        throw new DistrustException(Distrust.NOT_A_MEMBER, "its superior says nothing of it", e);
      }
      throw e;
    }
  }

  static String withQuery(String url, String name, String value) {
    return url
        + (url.indexOf('?') < 0 ? '?' : '&')
        + name
        + '='
        + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /** One search: goes up by every hint until the anchor is met, the nearest first. */
  private final class Search {
    private final String anchor;
    private final JWKSet anchorKeys;
    private final List<DistrustException> failures = new ArrayList<>();
    private int fetched;

    Search(String anchor, JWKSet anchorKeys) {
      this.anchor = anchor;
      this.anchorKeys = anchorKeys;
    }

    Chain from(String entity) throws InterruptedException {
      EntityStatement own = counted(entity);
      if (entity.equals(anchor)) {
        return check.verify(List.of(own), anchor, anchorKeys);
      }
      return up(own, List.of(own), Set.of(entity))
          .orElseThrow(
              () ->
                  failures.isEmpty()
                      ? new DistrustException(
                          Distrust.NO_CHAIN_TO_ANCHOR, "it names no superior that leads there")
                      : failures.getLast());
    }

    private Optional<Chain> up(
        EntityStatement configuration, List<EntityStatement> below, Set<String> seen)
        throws InterruptedException {
      for (String hint : anchorFirst(configuration.authorityHints())) {
        try {
          if (seen.contains(hint)) {
            throw new DistrustException(Distrust.CHAIN_LOOP, "at " + AddressRules.shown(hint));
          }
          if (below.size() > ChainCheck.MOST_SUPERIORS) {
            throw new DistrustException(Distrust.CHAIN_TOO_LONG, "more than 4 superiors");
          }
          Optional<Chain> found = through(hint, configuration.subject(), below, seen);
          if (found.isPresent()) {
            return found;
          }
        } catch (DistrustException e) {
          failures.add(e);
        }
      }
      return Optional.empty();
    }

    private Optional<Chain> through(
        String hint, String entity, List<EntityStatement> below, Set<String> seen)
        throws InterruptedException {
      EntityStatement superior = counted(hint);
      if (hint.equals(anchor)) {
        // Before its word is asked for: a stranger at its address is told nothing.
        check.verify(List.of(superior), anchor, anchorKeys);
      }
      List<EntityStatement> chain = new ArrayList<>(below);
      fetched++;
      chain.add(subordinate(superior, entity));
      if (hint.equals(anchor)) {
        chain.add(superior);
        return Optional.of(check.verify(chain, anchor, anchorKeys));
      }
      Set<String> more = new HashSet<>(seen);
      more.add(hint);
      return up(superior, chain, more);
    }

    private EntityStatement counted(String entity) throws InterruptedException {
      if (++fetched > MOST_DOCUMENTS) {
        throw new DistrustException(Distrust.CHAIN_TOO_LONG, "too many superiors");
      }
      return configuration(entity);
    }

    private List<String> anchorFirst(List<String> hints) {
      List<String> ordered = new ArrayList<>(hints);
      if (ordered.remove(anchor)) {
        ordered.addFirst(anchor);
      }
      return ordered;
    }
  }
}
