package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How a site takes part in a federation.
 *
 * @param entityId its entity id: the URL of its public base, without a slash at its end
 * @param site what it says of itself
 * @param anchor the consortium's anchor; this site's own entity id when it is the anchor itself
 * @param anchorKeys the anchor's keys, as its people told them; only a trial goes without
 * @param insecure whether http, private addresses and an anchor without known keys are taken
 * @param allowedHosts hosts with private addresses that may be called
 * @param statementLifetime how long what this site signs about itself and others holds
 */
public record TrustOptions(
    String entityId,
    SiteProfile site,
    String anchor,
    Optional<JWKSet> anchorKeys,
    boolean insecure,
    Set<String> allowedHosts,
    Duration statementLifetime) {

  /**
   * What a site says of itself.
   *
   * @param id its id
   * @param name for people
   * @param organization whose it is
   * @param labels what it says it promises; others believe only what is confirmed by a mark
   * @param version of this program
   */
  public record SiteProfile(
      String id, String name, String organization, Set<String> labels, String version) {
    /** Copies. */
    public SiteProfile {
      labels = Set.copyOf(labels);
    }
  }

  /** Copies. */
  public TrustOptions {
    allowedHosts = Set.copyOf(allowedHosts);
  }

  /** Whether this site is the consortium's anchor. */
  public boolean isAnchor() {
    return anchor.equals(entityId);
  }

  AddressRules rules() {
    return new AddressRules(insecure, loopback(entityId), allowedHosts);
  }

  private static boolean loopback(String url) {
    try {
      String host = new URI(url).getHost();
      return host != null && AddressRules.isLoopback(host);
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
