package org.archipel.federation.adverts;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.TariffSelector;
import org.archipel.scheduling.ClassOffer;
import org.archipel.scheduling.PoolOffer;
import org.archipel.scheduling.ServiceClass;

/** What of an offer one partner is shown: by the rule for it, rounded, so that little changes. */
final class Showing {
  private static final double STEPS_PER_DOUBLING = 8;

  /** So long the end of a tariff is told, so that nobody goes on with it. */
  private static final Duration ENDED = Duration.ofDays(1);

  private Showing() {}

  /** The models as a rule shows them. */
  static Map<String, SiteOffer.Model> models(SiteOffer offer, ShareRule rule) {
    Map<String, SiteOffer.Model> shown = new HashMap<>();
    offer
        .models()
        .forEach(
            (id, model) -> {
              if (rule.shares(id)) {
                shown.put(
                    id,
                    new SiteOffer.Model(
                        model.aliases(), room(model.room(), rule.ceilingPercent())));
              }
            });
    return shown;
  }

  private static PoolOffer room(PoolOffer room, int percent) {
    Map<ServiceClass, ClassOffer> classes = new EnumMap<>(ServiceClass.class);
    room.classes()
        .forEach(
            (serviceClass, offer) ->
                classes.put(
                    serviceClass,
                    new ClassOffer(
                        down(
                            offer.credits() / 100 * percent
                                + offer.credits() % 100 * percent / 100),
                        up(offer.expectedWaitNanos()))));
    return new PoolOffer(
        classes,
        Math.max(1, down(Math.round(room.prefillTokensPerSecond()))),
        up(room.interTokenNanos()));
  }

  /** The next lower of steps of nine per cent: rather less room than there is. */
  static long down(long value) {
    return value < 1 ? 0 : step(Math.floor(position(value)));
  }

  /** The next higher one: rather a longer wait. */
  static long up(long value) {
    return value < 1 ? 0 : step(Math.ceil(position(value)));
  }

  private static double position(long value) {
    return Math.log((double) value) / Math.log(2) * STEPS_PER_DOUBLING;
  }

  private static long step(double position) {
    return Math.round(Math.pow(2, position / STEPS_PER_DOUBLING));
  }

  /**
   * The tariffs that may count for a partner's requests: those for anybody and those that name its
   * organization. One for its kind is told as one that names it, where none does.
   *
   * @param kind the kind of the organization, when it is known here
   */
  static List<Tariff> tariffs(
      SiteOffer offer, String organization, Optional<String> kind, Instant now) {
    List<Tariff> shown = new ArrayList<>();
    List<Tariff> ofKind = new ArrayList<>();
    boolean named = false;
    for (Tariff tariff : offer.tariffs()) {
      if (tariff.validUntil().map(end -> end.isBefore(now.minus(ENDED))).orElse(false)) {
        continue;
      }
      TariffSelector applies = tariff.applies();
      if (applies.organizationKind().isPresent()) {
        if (applies.organizationKind().equals(kind)) {
          ofKind.add(naming(tariff, organization));
        }
      } else if (applies.organization().map(organization::equals).orElse(true)) {
        named |= applies.organization().isPresent();
        shown.add(tariff);
      }
    }
    if (!named) {
      shown.addAll(ofKind);
    }
    return List.copyOf(shown);
  }

  private static Tariff naming(Tariff tariff, String organization) {
    TariffSelector of = tariff.applies();
    return new Tariff(
        tariff.id(),
        tariff.version(),
        new TariffSelector(
            of.model(), of.owner(), of.serviceClass(), Optional.of(organization), Optional.empty()),
        tariff.rates(),
        tariff.currency(),
        tariff.validFrom(),
        tariff.validUntil());
  }

  /** The ids that are in the first and not in the second. */
  static Set<String> gone(Map<String, ?> before, Map<String, ?> now) {
    Set<String> gone = new HashSet<>(before.keySet());
    gone.removeAll(now.keySet());
    return gone;
  }
}
