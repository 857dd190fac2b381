package org.archipel.federation.peers;

import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.archipel.federation.adverts.AdvertParts;
import org.archipel.federation.adverts.Adverts;
import org.archipel.federation.adverts.SiteOffer;
import org.archipel.federation.exchange.Introductions;
import org.archipel.federation.exchange.PeerClient;
import org.archipel.federation.exchange.PeerException;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.receipts.Balance;
import org.archipel.federation.receipts.PeerStatement;
import org.archipel.federation.receipts.Settlements;
import org.archipel.federation.receipts.StatementException;
import org.archipel.federation.receipts.TariffBook;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;
import org.archipel.ledger.Crossings;
import org.archipel.scheduling.PeerOffer;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A site and its partners: who offers what, and who owes what to whom. Thread-safe. Offers and
 * standings are answered from memory; balances, disputes and statements block on the store.
 */
public final class Peers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
  private static final long MONTHS_HOURS = 1;

  private final PeerOptions options;
  private final Trust trust;
  private final Clock clock;
  private final PeerClient client;
  private final Introductions introductions;
  private final Settlements settlements;
  private final Adverts adverts;
  private final Map<String, List<Balance>> balances = new ConcurrentHashMap<>();
  private final Map<String, Double> contributions = new ConcurrentHashMap<>();
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("peers").factory());

  /** Who this site is to others, and whom it trusts. */
  public record Known(SiteIdentity identity, Trust trust) {}

  /** Where things are kept. */
  public record Stored(Database database, AuditLog audit, Crossings crossings) {}

  /**
   * What this site offers, and its names for things.
   *
   * @param offer what it could do now; asked each second
   * @param kinds the kind of an organization, from memory
   * @param aliases what else a model of this site is called, from memory
   */
  public record Own(
      Supplier<SiteOffer> offer,
      Function<String, Optional<String>> kinds,
      Function<String, Set<String>> aliases) {}

  /**
   * The times.
   *
   * @param nanos a monotonic clock, that of the pools
   * @param seed for not doing everything at once
   */
  public record Times(Clock clock, LongSupplier nanos, long seed) {}

  private Peers(PeerOptions options, Known known, Stored stored, Own own, Times times) {
    this.options = options;
    this.trust = known.trust;
    this.clock = times.clock;
    stored.database.migrate("federation");
    this.introductions = new Introductions(known.identity, known.trust, times.clock);
    this.client = new PeerClient(introductions);
    TariffBook tariffs = new TariffBook(stored.database, times.clock);
    this.adverts =
        Adverts.start(
            new AdvertParts(client, known.identity, known.trust, tariffs, times.clock, times.nanos),
            introductions,
            new Adverts.Own(options.shares(), own.offer, own.kinds),
            times.seed);
    this.settlements =
        new Settlements(
            new Settlements.Self(
                known.identity, options.site(), options.organization(), options.grace()),
            new Settlements.Books(stored.database, stored.audit, stored.crossings, times.clock),
            known.trust,
            tariffs,
            (model, theirs) -> adverts.equivalent(model, own.aliases.apply(model), theirs));
  }

  /** Begins to talk with all who are trusted. */
  public static Peers start(PeerOptions options, Known known, Stored stored, Own own, Times times) {
    Peers peers = new Peers(options, known, stored, own, times);
    long pull = options.pull().toMillis();
    var _ =
        peers.timer.scheduleWithFixedDelay(peers::exchange, pull / 2, pull, TimeUnit.MILLISECONDS);
    var _ =
        peers.timer.scheduleWithFixedDelay(
            peers::months, MONTHS_HOURS, MONTHS_HOURS, TimeUnit.HOURS);
    return peers;
  }

  /** What others may ask of this site. */
  public PublicRoutes routes() {
    return PublicRoutes.all(List.of(adverts.routes(), settlements.routes(introductions)));
  }

  /** What partners offer now for a model of this site. */
  public List<PeerOffer> offers(String model, Set<String> aliases) {
    return adverts.offers(model, aliases, this::owed);
  }

  private long owed(String site) {
    return balances.getOrDefault(site, List.of()).stream()
        .mapToLong(Balance::owedMicroCurrency)
        .max()
        .orElse(0);
  }

  /** The factors of organizations of partners in the share of engines, as they were lately. */
  public Map<String, Double> contributions() {
    return Map.copyOf(contributions);
  }

  /** How partners are, by their sites' ids; balances as they were lately. */
  public List<PeerState> states() {
    return adverts.standings().stream()
        .map(
            standing -> {
              String site = standing.partner().siteId();
              return new PeerState(
                  standing, balances.getOrDefault(site, List.of()), settlements.trouble(site));
            })
        .toList();
  }

  /** A partner by its site's id. */
  public Optional<PeerState> state(String site) {
    return states().stream()
        .filter(state -> state.standing().partner().siteId().equals(site))
        .findFirst();
  }

  /** What this site and others owe each other. */
  public Settlements settlements() {
    return settlements;
  }

  /**
   * Agrees on a month with a partner that is trusted.
   *
   * @throws StatementException when that is not possible now
   */
  public PeerStatement agree(Partner partner, YearMonth month) {
    try {
      return settlements.agree(partner, month, client);
    } catch (PeerException e) {
      throw StatementException.unreached(partner.siteId(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StatementException.unreached(partner.siteId(), e);
    }
  }

  /** Exchanges receipts with all partners now, each on a thread of its own. */
  void exchange() {
    try {
      for (Partner partner : trust.partners()) {
        if (partner.trusted() && busy.add(partner.siteId())) {
          Thread.startVirtualThread(() -> exchange(partner));
        }
      }
    } catch (RuntimeException e) {
      // The next time has to come, or nothing would be settled ever again.
      LOG.error("receipts could not be asked for", e);
    }
  }

  private void exchange(Partner partner) {
    String site = partner.siteId();
    try {
      settlements.exchange(partner, client);
      balances.put(site, settlements.balances(site));
      contributions.put(partner.organization(), settlements.contribution(site));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("receipts of {} could not be settled: {}", site, e.getMessage());
    } finally {
      busy.remove(site);
    }
  }

  private void months() {
    YearMonth month = YearMonth.from(clock.instant().atZone(ZoneOffset.UTC)).minusMonths(1);
    for (Partner partner : settlements.partners()) {
      if (options.site().compareTo(partner.siteId()) < 0) {
        Thread.startVirtualThread(() -> month(partner, month));
      }
    }
  }

  private void month(Partner partner, YearMonth month) {
    try {
      PeerStatement agreed = agree(partner, month);
      LOG.debug("{} with {} is agreed: {}", month, partner.siteId(), agreed.digest());
    } catch (StatementException | DistrustException e) {
      LOG.info("{} with {} is not agreed yet: {}", month, partner.siteId(), e.getMessage());
    } catch (RuntimeException e) {
      LOG.warn("{} with {} could not be agreed", month, partner.siteId(), e);
    }
  }

  /** How partners are counted, by their state. */
  public Map<Partner.State, Integer> counts() {
    Map<Partner.State, Integer> counts = new HashMap<>();
    trust.partners().forEach(partner -> counts.merge(partner.state(), 1, Integer::sum));
    return counts;
  }

  /** How many partners listen to what this site offers. */
  public int listeners() {
    return adverts.listeners();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    adverts.close();
    client.close();
  }
}
