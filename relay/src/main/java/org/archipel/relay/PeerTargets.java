package org.archipel.relay;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineType;
import org.archipel.engines.PrioritySense;
import org.archipel.scheduling.PeerOffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Other sites as the hot path needs them: like engines, by model. Kept as long as nothing about
 * them changes, since connections belong to them. Thread-safe.
 */
final class PeerTargets {
  private static final Logger LOG = LoggerFactory.getLogger(PeerTargets.class);

  /** Sites and models together are few; more than this are none that a consortium has. */
  private static final int MOST = 4_096;

  private record Place(String model, String site) {}

  private final Map<Place, EngineTarget> targets = new ConcurrentHashMap<>();

  /**
   * The target of a model at another site; empty when it cannot be used. May read files.
   *
   * @param model the model's id here
   */
  Optional<EngineTarget> of(String model, PeerOffer offer, Passport passport) {
    Place place = new Place(model, offer.site());
    EngineSpec spec = spec(offer, passport);
    EngineTarget known = targets.get(place);
    if (known != null && known.spec().equals(spec)) {
      return Optional.of(known);
    }
    try {
      EngineTarget made = EngineTarget.of(model, spec, PrioritySense.NONE).at(offer.site());
      if (targets.size() >= MOST) {
        targets.clear();
      }
      targets.put(place, made);
      return Optional.of(made);
    } catch (SSLException | IllegalArgumentException e) {
      LOG.error("site {} cannot be used: {}", offer.site(), e.getMessage());
      return Optional.empty();
    }
  }

  private static EngineSpec spec(PeerOffer offer, Passport passport) {
    return new EngineSpec(
        offer.site(),
        passport.base(),
        EngineType.OPENAI,
        Optional.of(offer.model()),
        Optional.empty(),
        passport.caCertificates(),
        passport.organization(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }
}
