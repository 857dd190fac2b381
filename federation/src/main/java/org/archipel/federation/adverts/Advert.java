package org.archipel.federation.adverts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.ledger.Tariff;

/**
 * One line of a stream of adverts: the whole picture, or what changed since the line before.
 *
 * @param number of the line, growing
 * @param atMillis when it was made, by its sender's clock
 * @param whole whether models that are not in it are gone
 * @param models those that are new or different
 * @param gone ids of those that are there no more
 * @param tariffs all that are valid, when they changed
 * @param carbonGramsPerKwh of the electricity there
 */
record Advert(
    long number,
    long atMillis,
    boolean whole,
    Map<String, SiteOffer.Model> models,
    Set<String> gone,
    Optional<List<Tariff>> tariffs,
    OptionalInt carbonGramsPerKwh) {
  Advert {
    models = Map.copyOf(models);
    gone = Set.copyOf(gone);
    tariffs = tariffs.map(List::copyOf);
  }
}
