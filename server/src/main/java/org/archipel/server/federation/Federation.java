package org.archipel.server.federation;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.archipel.directory.AllowedModels;
import org.archipel.directory.Caller;
import org.archipel.directory.Directory;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.access.SiteKey;
import org.archipel.engines.ModelCatalog;
import org.archipel.federation.adverts.ShareRules;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.overflow.Assertions;
import org.archipel.federation.overflow.Guests;
import org.archipel.federation.overflow.SharePolicy;
import org.archipel.federation.peers.PeerOptions;
import org.archipel.federation.peers.Peers;
import org.archipel.federation.trust.KeyFile;
import org.archipel.federation.trust.SiteKeys;
import org.archipel.federation.trust.TrustOptions;
import org.archipel.federation.trust.TrustRoom;
import org.archipel.ledger.UsageLedger;
import org.archipel.relay.PeerGate;
import org.archipel.relay.SideRoutes;
import org.archipel.scheduling.PoolOffer;
import org.archipel.server.Version;
import org.archipel.server.config.Config;
import org.archipel.server.config.FederationConfig;
import org.archipel.server.config.PeerConfig;
import org.archipel.server.config.SiteConfig;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;

/** Opens the federation's rooms as the configuration says. */
public final class Federation {
  private static final String KEYS = "federation.keys";

  private Federation() {}

  /** Where the federation keeps things. */
  public record Stored(Path folder, Database database, AuditLog audit) {}

  /** The trust of a site; nothing when it takes part in no federation. Nobody is asked yet. */
  public static Optional<TrustRoom> trust(
      Config config, Stored stored, Clock clock, SecureRandom random) {
    return config
        .federation()
        .map(federation -> trust(options(config.site(), federation), stored, clock, random));
  }

  private static TrustRoom trust(
      TrustOptions options, Stored stored, Clock clock, SecureRandom random) {
    SiteKeys keys =
        SiteKeys.open(
            new KeyFile(stored.folder().resolve(KEYS)),
            options.entityId(),
            clock,
            options.statementLifetime(),
            random);
    return new TrustRoom(
        options,
        keys,
        new TrustRoom.Stored(stored.database(), stored.audit(), clock, UUID::randomUUID, random));
  }

  private static TrustOptions options(SiteConfig site, FederationConfig federation) {
    return new TrustOptions(
        federation.entity(),
        new TrustOptions.SiteProfile(
            site.id(), site.name(), site.organization(), Set.copyOf(site.labels()), Version.text()),
        federation.anchor(),
        federation.anchorKeys(),
        federation.insecure(),
        Set.copyOf(federation.allowedHosts()),
        federation.statementLifetime());
  }

  /** What is answered beside the inference API. */
  public static SideRoutes routes(Optional<TrustRoom> trust, Optional<Peers> peers) {
    List<PublicRoutes> all = new ArrayList<>();
    trust.ifPresent(room -> all.add(room.routes()));
    peers.ifPresent(room -> all.add(room.routes()));
    return all.isEmpty() ? SideRoutes.NONE : new FederationSide(PublicRoutes.all(all));
  }

  /**
   * What this site offers partners.
   *
   * @param pools their room by model, from memory
   * @param models what they are called
   */
  public record Offered(Supplier<Map<String, PoolOffer>> pools, ModelCatalog models) {}

  /** The life of a site with its partners, if it takes part in a federation. */
  public static Optional<Peers> peers(
      Config config,
      Optional<TrustRoom> trust,
      Stored stored,
      UsageLedger ledger,
      Offered offered,
      Times times) {
    return trust.flatMap(
        room ->
            config
                .federation()
                .map(
                    federation ->
                        Peers.start(
                            options(config.site(), federation.peers()),
                            new Peers.Known(room.identity(), room.trust()),
                            new Peers.Stored(stored.database(), stored.audit(), ledger.crossings()),
                            own(federation.peers(), ledger, offered, times),
                            new Peers.Times(
                                times.clock, System::nanoTime, times.random.nextLong()))));
  }

  /**
   * Time and chance.
   *
   * @param kinds the kind of an organization, from memory
   */
  public record Times(Clock clock, SecureRandom random, Function<String, Optional<String>> kinds) {}

  private static PeerOptions options(SiteConfig site, PeerConfig peers) {
    return new PeerOptions(
        site.id(),
        site.organization(),
        peers.shares(),
        peers.receiptsEvery(),
        peers.receiptsGrace());
  }

  private static Peers.Own own(
      PeerConfig config, UsageLedger ledger, Offered offered, Times times) {
    OwnOffer offer =
        new OwnOffer(
            offered.pools,
            offered.models,
            ledger.tariffs(),
            config.carbonGramsPerKwh(),
            times.clock);
    return new Peers.Own(
        offer,
        times.kinds,
        model ->
            offered.models.find(model).map(spec -> Set.copyOf(spec.aliases())).orElse(Set.of()));
  }

  /** The way of requests to other sites and from them. */
  public static PeerGate gate(
      Config config, Optional<TrustRoom> trust, Directory directory, SiteKey key, Clock clock) {
    ShareRules shares =
        config.federation().map(there -> there.peers().shares()).orElse(ShareRules.ALL);
    return trust
        .<PeerGate>map(room -> gate(room, shares, directory, key, clock))
        .orElse(PeerGate.NONE);
  }

  private static PeerGate gate(
      TrustRoom room, ShareRules shares, Directory directory, SiteKey key, Clock clock) {
    Assertions assertions = new Assertions(room.identity(), room.trust(), clock, UUID::randomUUID);
    Guests guests =
        new Guests(assertions, new Members(directory), policy(shares), System::nanoTime);
    return new FederationGate(room.trust(), assertions, guests, key, Optional.empty());
  }

  /** What is not offered to a site is not served for it either. */
  private static SharePolicy policy(ShareRules shares) {
    return (partner, organization) ->
        shares
            .with(partner.siteId())
            .filter(rule -> rule.serves(organization))
            .map(
                rule ->
                    rule.models().isEmpty()
                        ? AllowedModels.ALL
                        : new AllowedModels(rule.models(), Set.of()));
  }

  private record Members(Directory directory) implements Guests.Members {
    @Override
    public boolean knows(String organization) {
      return directory.organizations().kind(organization).isPresent();
    }

    @Override
    public KeyCheck admit(Caller caller) {
      return directory.admit(caller);
    }
  }
}
