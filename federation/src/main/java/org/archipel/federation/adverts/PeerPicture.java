package org.archipel.federation.adverts;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a partner offers, as it was last heard. Immutable.
 *
 * @param number of the last line
 * @param models by their ids there
 * @param carbonGramsPerKwh of its electricity
 * @param freshNanos when what is said was true, on this site's monotonic clock
 */
record PeerPicture(
    long number,
    Map<String, SiteOffer.Model> models,
    OptionalInt carbonGramsPerKwh,
    long freshNanos) {
  PeerPicture {
    models = Map.copyOf(models);
  }

  /**
   * The picture with a line more.
   *
   * @throws AdvertException when the line does not follow
   */
  PeerPicture with(Advert advert, long nanos) throws AdvertException {
    if (advert.number() <= number) {
      throw new AdvertException("n: goes back");
    }
    if (advert.whole()) {
      return new PeerPicture(advert.number(), advert.models(), advert.carbonGramsPerKwh(), nanos);
    }
    if (advert.number() != number + 1) {
      throw new AdvertException("n: leaves some out");
    }
    if (advert.models().isEmpty() && advert.gone().isEmpty()) {
      return new PeerPicture(advert.number(), models, carbonGramsPerKwh, nanos);
    }
    Map<String, SiteOffer.Model> all = new HashMap<>(models);
    all.putAll(advert.models());
    all.keySet().removeAll(advert.gone());
    if (all.size() > AdvertReader.MOST_MODELS) {
      throw new AdvertException("models: too many");
    }
    return new PeerPicture(advert.number(), all, carbonGramsPerKwh, nanos);
  }
}
