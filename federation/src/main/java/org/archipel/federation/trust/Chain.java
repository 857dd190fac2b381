package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A chain that was verified: from an entity's configuration over statements about it up to the
 * anchor's configuration.
 *
 * @param statements in that order; just one for the anchor itself
 * @param metadata what holds of the entity, by type, once its superiors have had their say
 * @param expires when the first of them expires
 */
record Chain(
    List<EntityStatement> statements, Map<String, Map<String, Object>> metadata, Instant expires) {

  Chain {
    statements = List.copyOf(statements);
    metadata = Map.copyOf(metadata);
  }

  EntityStatement leaf() {
    return statements.getFirst();
  }

  EntityStatement anchor() {
    return statements.getLast();
  }

  /** The keys that the entity has and that its superior knows of. */
  JWKSet keys() {
    JWKSet own = leaf().keys();
    if (statements.size() == 1) {
      return own;
    }
    JWKSet confirmed = statements.get(1).keys();
    return new JWKSet(own.getKeys().stream().filter(key -> same(key, confirmed)).toList());
  }

  private static boolean same(JWK key, JWKSet confirmed) {
    JWK other = confirmed.getKeyByKeyId(key.getKeyID());
    return other != null && other.toPublicJWK().equals(key.toPublicJWK());
  }
}
