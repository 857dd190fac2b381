package org.archipel.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Everything that describes a site before it starts: one record per concern.
 *
 * @param site who it is
 * @param listen where it listens
 * @param storage where it keeps things
 * @param engines what it serves, and on what
 * @param directory how access requests are decided
 * @param ledger how usage is accounted
 * @param limits how long things may take, and how many may wait
 * @param signIn how persons sign in
 * @param federation how it takes part in a federation, if it does
 */
public record Config(
    SiteConfig site,
    ListenConfig listen,
    StorageConfig storage,
    EnginesConfig engines,
    DirectoryConfig directory,
    LedgerConfig ledger,
    LimitsConfig limits,
    SignInConfig signIn,
    Optional<FederationConfig> federation) {

  /** A site without a file: the usual addresses and limits, engines to be asked what they are. */
  public static Config of(ListenConfig listen, Path data, List<URI> discover) {
    return new Config(
        new SiteConfig("local", "local", SiteConfig.DEFAULT_ORGANIZATION, List.of()),
        listen,
        StorageConfig.in(data),
        new EnginesConfig(List.of(), discover),
        DirectoryConfig.DEFAULTS,
        LedgerConfig.DEFAULTS,
        LimitsConfig.DEFAULTS,
        SignInConfig.DEFAULTS,
        Optional.empty());
  }

  static Config read(Section root, Optional<Path> data) {
    try (root) {
      SiteConfig site = SiteConfig.read(root.group("site"));
      Config config =
          new Config(
              site,
              ListenConfig.read(root.group("listen")),
              StorageConfig.read(root.group("storage"), data),
              EnginesConfig.read(root, site.organization()),
              DirectoryConfig.read(root.group("directory")),
              LedgerConfig.read(root.group("ledger")),
              LimitsConfig.read(root),
              SignInConfig.read(root.group("sign_in")),
              FederationConfig.read(root.group("federation")));
      boolean none = config.engines.models().isEmpty() && config.engines.discover().isEmpty();
      // An empty list is meant: they are added while the site runs.
      if (none && !root.hasList("models")) {
        root.report(
            "models",
            "none (expected: models with their engines, discover: [URL], or [] to add them later)");
      }
      return config;
    }
  }

  /** The same site on other engines. */
  public Config withEngines(EnginesConfig other) {
    return new Config(site, listen, storage, other, directory, ledger, limits, signIn, federation);
  }

  /** The base URL of an engine that {@code text} says, if it says one. */
  public static Optional<URI> engineUrl(String text) {
    return Forms.ENGINE_URL.parse().apply(text);
  }

  /** The same site at other addresses. */
  public Config withListen(ListenConfig other) {
    return new Config(site, other, storage, engines, directory, ledger, limits, signIn, federation);
  }
}
