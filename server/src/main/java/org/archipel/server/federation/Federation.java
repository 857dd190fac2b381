package org.archipel.server.federation;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.archipel.directory.Caller;
import org.archipel.directory.Directory;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.access.SiteKey;
import org.archipel.federation.overflow.Assertions;
import org.archipel.federation.overflow.Guests;
import org.archipel.federation.overflow.SharePolicy;
import org.archipel.federation.trust.KeyFile;
import org.archipel.federation.trust.SiteKeys;
import org.archipel.federation.trust.TrustOptions;
import org.archipel.federation.trust.TrustRoom;
import org.archipel.relay.PeerGate;
import org.archipel.relay.SideRoutes;
import org.archipel.server.Version;
import org.archipel.server.config.Config;
import org.archipel.server.config.FederationConfig;
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
  public static SideRoutes routes(Optional<TrustRoom> trust) {
    return trust.<SideRoutes>map(room -> new FederationSide(room.routes())).orElse(SideRoutes.NONE);
  }

  /** The way of requests to other sites and from them. */
  public static PeerGate gate(
      Optional<TrustRoom> trust, Directory directory, SiteKey key, Clock clock) {
    return trust.<PeerGate>map(room -> gate(room, directory, key, clock)).orElse(PeerGate.NONE);
  }

  private static PeerGate gate(TrustRoom room, Directory directory, SiteKey key, Clock clock) {
    Assertions assertions = new Assertions(room.identity(), room.trust(), clock, UUID::randomUUID);
    Guests guests =
        new Guests(assertions, new Members(directory), SharePolicy.EVERYTHING, System::nanoTime);
    return new FederationGate(room.trust(), assertions, guests, key, Optional.empty());
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
