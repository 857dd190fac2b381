package org.archipel.server.federation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.federation.adverts.SiteOffer;
import org.archipel.federation.receipts.TariffBook;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.Tariffs;
import org.archipel.scheduling.PoolOffer;
import org.archipel.storage.Page;
import org.archipel.storage.PageRequest;
import org.archipel.storage.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this site offers others now: room from the pools, names from the catalogue, tariffs. */
final class OwnOffer implements Supplier<SiteOffer> {
  private static final Logger LOG = LoggerFactory.getLogger(OwnOffer.class);
  private static final Duration TARIFFS_HOLD = Duration.ofSeconds(5);

  /** Tariffs that ended are told for a day, so that nobody goes on with them. */
  private static final Duration ENDED = Duration.ofDays(1);

  private final Supplier<Map<String, PoolOffer>> pools;
  private final ModelCatalog models;
  private final Tariffs tariffs;
  private final OptionalInt carbon;
  private final Clock clock;
  private List<Tariff> known = List.of();
  private Instant readAt = Instant.MIN;

  /**
   * @param pools the room of pools by model, from memory
   */
  OwnOffer(
      Supplier<Map<String, PoolOffer>> pools,
      ModelCatalog models,
      Tariffs tariffs,
      OptionalInt carbon,
      Clock clock) {
    this.pools = pools;
    this.models = models;
    this.tariffs = tariffs;
    this.carbon = carbon;
    this.clock = clock;
  }

  @Override
  public synchronized SiteOffer get() {
    Map<String, PoolOffer> rooms = pools.get();
    Map<String, SiteOffer.Model> offered = new HashMap<>();
    for (ModelSpec model : models.models()) {
      Optional.ofNullable(rooms.get(model.id()))
          .ifPresent(
              room ->
                  offered.put(model.id(), new SiteOffer.Model(Set.copyOf(model.aliases()), room)));
    }
    return new SiteOffer(offered, tariffs(), carbon);
  }

  /** A store that is away leaves the tariffs as they were. */
  private List<Tariff> tariffs() {
    Instant now = clock.instant();
    if (now.isBefore(readAt) || now.isAfter(readAt.plus(TARIFFS_HOLD))) {
      try {
        known = read(now);
        readAt = now;
      } catch (StorageException e) {
        LOG.debug("tariffs could not be read", e);
      }
    }
    return known;
  }

  private List<Tariff> read(Instant now) {
    List<Tariff> all = new ArrayList<>();
    Optional<PageRequest> request = Optional.of(PageRequest.FIRST);
    while (request.isPresent() && all.size() < TariffBook.MOST) {
      Page<Tariff> page = tariffs.list(request.get());
      page.items().stream()
          .filter(t -> t.validUntil().map(end -> end.isAfter(now.minus(ENDED))).orElse(true))
          .forEach(all::add);
      request =
          page.next().map(next -> new PageRequest(Optional.of(next), PageRequest.DEFAULT_LIMIT));
    }
    return List.copyOf(all.subList(0, Math.min(all.size(), TariffBook.MOST)));
  }
}
