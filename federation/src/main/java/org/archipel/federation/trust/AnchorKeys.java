package org.archipel.federation.trust;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.archipel.federation.trust.TrustStore.KeptAnchor;

/**
 * The anchor's keys: those that were pinned, and from its first configuration on those that it says
 * it has, as each was signed by one known before. Other pins begin anew. Thread-safe.
 */
final class AnchorKeys {
  private final TrustStore store;
  private final String anchor;
  private final String pin;
  private final boolean firstUse;
  private JWKSet present;
  private String epoch = "";
  private long lastChange = -1;

  /**
   * @param firstUse whether, without pins, the first keys that are seen are taken
   */
  AnchorKeys(TrustStore store, String anchor, Optional<JWKSet> pinned, boolean firstUse) {
    this.store = store;
    this.anchor = anchor;
    this.pin = pinned.map(AnchorKeys::digest).orElse("");
    this.firstUse = firstUse && pinned.isEmpty();
    Optional<KeptAnchor> kept = store.anchor(anchor).filter(known -> known.pin().equals(pin));
    this.present = kept.map(KeptAnchor::keys).or(() -> pinned).orElse(new JWKSet());
    kept.ifPresent(
        known -> {
          epoch = known.epoch();
          lastChange = known.lastChange();
        });
  }

  synchronized JWKSet present() {
    return present;
  }

  /** Whether the first keys that the anchor shows are to be believed: a trial. */
  synchronized boolean open() {
    return firstUse && present.getKeys().isEmpty();
  }

  /** Takes the keys of a configuration that was verified. */
  synchronized void learn(JWKSet keys) {
    if (!Set.copyOf(keys.getKeys()).equals(Set.copyOf(present.getKeys()))) {
      present = keys;
      keep();
    }
  }

  synchronized String epoch() {
    return epoch;
  }

  /** Up to which change the anchor was followed; negative when it was not yet. */
  synchronized long lastChange() {
    return lastChange;
  }

  synchronized void followed(String newEpoch, long change) {
    if (!newEpoch.equals(epoch) || change != lastChange) {
      epoch = newEpoch;
      lastChange = change;
      keep();
    }
  }

  private void keep() {
    store.keep(anchor, new KeptAnchor(pin, present, epoch, lastChange));
  }

  private static String digest(JWKSet keys) {
    try {
      Set<String> prints = new TreeSet<>();
      for (JWK key : keys.getKeys()) {
        prints.add(key.computeThumbprint().toString());
      }
      byte[] all = String.join(" ", prints).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all));
    } catch (JOSEException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
