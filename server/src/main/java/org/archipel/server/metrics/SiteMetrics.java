package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.Optional;
import org.archipel.control.SiteCounts;
import org.archipel.directory.KeyRing;
import org.archipel.engines.ModelCatalog;
import org.archipel.ledger.UsageLedger;
import org.archipel.relay.RelayObserver;
import org.archipel.scheduling.PoolSnapshot;

/**
 * All that a site measures. Thread-safe.
 *
 * <p>Measuring uses nothing but counters of the JDK. Prometheus' and Micrometer's classes, and the
 * virtual machine's own gauges, are loaded by the first scrape: a start pays nothing for them.
 */
public final class SiteMetrics implements AutoCloseable {
  private static final Family BUILD = Family.of("build", "Which Archipel this is, and which site.");

  private static final Family RETRIES =
      Family.of("retry_budget_remaining", "Requests more that may be on a second attempt now.");

  /**
   * What the metrics call their site.
   *
   * @param version of the program
   * @param site the site's id
   */
  public record Identity(String version, String site) {}

  /** What the relay says of itself; nothing before it is there. */
  public interface RelayState {
    /** The pools as they are now, by model. */
    Map<String, PoolSnapshot> pools();

    /** How many requests more may be on a second attempt now. */
    int retriesLeft();
  }

  /**
   * What the rooms of a site measure by themselves.
   *
   * @param quotas how much callers may use
   * @param federation the other sites
   */
  public record RoomMeters(QuotaMeters quotas, FederationMeters federation) {}

  private final Identity identity;
  private final CountedKeys keys;
  private final RequestMeters requests = new RequestMeters(new LabelCap<>(LabelCap.USUAL));
  private final SpillMeters spills = new SpillMeters();
  private final LiveCounts live = new LiveCounts();
  private final PoolMeters pools =
      new PoolMeters(new LabelCap<>(LabelCap.USUAL), new LabelCap<>(LabelCap.USUAL));
  private final FairnessMeters fairness = new FairnessMeters();
  private final EngineMeters engines;
  private final LedgerMeters ledger;
  private final RoomMeters rooms;
  private final RelayState relay;
  private Optional<Exposition> exposition = Optional.empty();

  /**
   * @param relay what the relay says of itself when asked
   */
  public SiteMetrics(
      Identity identity,
      KeyRing keys,
      ModelCatalog catalog,
      UsageLedger ledger,
      RoomMeters rooms,
      RelayState relay) {
    this.identity = identity;
    this.keys = new CountedKeys(keys);
    this.engines = new EngineMeters(new LabelCap<>(LabelCap.USUAL), catalog);
    this.ledger = new LedgerMeters(ledger);
    this.rooms = rooms;
    this.relay = relay;
  }

  /** The key ring, with its answers counted. */
  public KeyRing keys() {
    return keys;
  }

  /** Counts requests that are over. */
  public RelayObserver requests() {
    return request -> {
      requests.settled(request);
      spills.settled(request.record());
      live.count(request);
    };
  }

  /** What the site has done since it started. */
  public SiteCounts counts() {
    return live.sums();
  }

  /** The values of this moment in Prometheus' text format 0.0.4, UTF-8. */
  public byte[] scrape() {
    return exposition().scrape();
  }

  @Override
  public synchronized void close() {
    exposition.ifPresent(Exposition::close);
    exposition = Optional.empty();
  }

  private synchronized Exposition exposition() {
    Exposition made = exposition.orElseGet(() -> new Exposition(this::own));
    exposition = Optional.of(made);
    return made;
  }

  private Scrape own() {
    Scrape scrape = new Scrape();
    scrape.info(BUILD, Labels.of("version", identity.version(), "site", identity.site()));
    // Once for all, so that what is told of pools and engines belongs together.
    Map<String, PoolSnapshot> now = relay.pools();
    requests.writeTo(scrape);
    spills.writeTo(scrape);
    pools.writeTo(scrape, now);
    fairness.writeTo(scrape, now);
    scrape.gauge(RETRIES, relay.retriesLeft(), Labels.EMPTY);
    engines.writeTo(scrape, now);
    keys.writeTo(scrape);
    ledger.writeTo(scrape);
    rooms.quotas().writeTo(scrape);
    rooms.federation().writeTo(scrape);
    return scrape;
  }
}
