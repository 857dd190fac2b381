package org.archipel.server.config;

import com.nimbusds.jose.jwk.JWKSet;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the site takes part in a federation.
 *
 * @param entity the URL of its public base, by which others know it
 * @param anchor the consortium's anchor; the site itself unless given
 * @param anchorKeys the anchor's public keys
 * @param insecure whether http, private addresses and an anchor without keys are taken
 * @param allowedHosts hosts with private addresses that may be called
 * @param statementLifetime how long what the site signs of itself and of members holds
 * @param peers what the site shares with others, and how it accounts with them
 */
public record FederationConfig(
    String entity,
    String anchor,
    Optional<JWKSet> anchorKeys,
    boolean insecure,
    List<String> allowedHosts,
    Duration statementLifetime,
    PeerConfig peers) {
  private static final Duration USUAL_LIFETIME = Duration.ofHours(24);
  private static final long LARGEST_FILE = 64 * 1024;

  public FederationConfig {
    allowedHosts = List.copyOf(allowedHosts);
  }

  /** Nothing when the group has no entity; then no other key of it may be there. */
  static Optional<FederationConfig> read(Section section) {
    try (section) {
      Optional<String> entity = section.find("entity", Forms.ENTITY_URL);
      Optional<String> anchor = section.find("anchor", Forms.ENTITY_URL);
      Optional<JWKSet> keys =
          section.find("anchor_keys", Forms.TEXT_OF_KEYS).flatMap(text -> keys(section, text));
      boolean insecure = section.find("insecure", Forms.TRUE_OR_FALSE).orElse(false);
      List<String> hosts = section.list("allowed_hosts", Forms.TEXT);
      Duration lifetime =
          section
              .find(
                  "statement_lifetime", Forms.duration(Duration.ofMinutes(10), Duration.ofDays(30)))
              .orElse(USUAL_LIFETIME);
      PeerConfig peers = PeerConfig.read(section);
      if (entity.isEmpty()) {
        if (anchor.isPresent()) {
          section.report(
              "entity", "missing (expected: the https:// URL of this site's public base)");
        }
        return Optional.empty();
      }
      String itsAnchor = anchor.orElse(entity.get());
      check(section, entity.get(), insecure);
      check(section, itsAnchor, insecure);
      if (!itsAnchor.equals(entity.get()) && keys.isEmpty() && !insecure) {
        section.report(
            "anchor_keys",
            "missing (expected: the anchor's public keys, as a JWK set or the path of one)");
      }
      return Optional.of(
          new FederationConfig(entity.get(), itsAnchor, keys, insecure, hosts, lifetime, peers));
    }
  }

  private static void check(Section section, String url, boolean insecure) {
    URI uri = URI.create(url);
    boolean here = List.of("localhost", "127.0.0.1", "[::1]").contains(uri.getHost());
    if ("http".equals(uri.getScheme()) && !here && !insecure) {
      section.report(
          "entity", "http (expected: https; http on this machine, or with insecure: true)");
    }
  }

  private static Optional<JWKSet> keys(Section section, String text) {
    try {
      JWKSet keys = text.startsWith("{") ? JWKSet.parse(text) : JWKSet.parse(file(Path.of(text)));
      boolean good =
          !keys.getKeys().isEmpty()
              && keys.getKeys().stream().noneMatch(key -> key.isPrivate())
              && keys.getKeys().stream().allMatch(key -> key.getKeyID() != null);
      if (good) {
        return Optional.of(keys);
      }
      section.report("anchor_keys", "keys (expected: public keys only, each with a kid)");
    } catch (IOException e) {
      section.report("anchor_keys", "cannot be read (expected: a file with a JWK set)");
    } catch (ParseException e) {
      section.report("anchor_keys", "no JWK set (expected: {\"keys\": […]}, or a file with it)");
    }
    return Optional.empty();
  }

  private static String file(Path path) throws IOException {
    if (Files.size(path) > LARGEST_FILE) {
      throw new IOException("too large");
    }
    return Files.readString(path);
  }
}
