package org.archipel.server.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.archipel.server.DataFolder;
import org.archipel.server.Site;
import org.archipel.server.StartException;
import org.archipel.server.config.Config;
import org.archipel.server.config.ConfigFile;

/**
 * One site of the demonstration while it runs, with its simulated engines. Closing ends both, and
 * leaves the data folder.
 */
public final class RunningSite implements AutoCloseable {
  private final DemoSite described;
  private final DataFolder data;
  private final DemoFleet fleet;
  private final Site site;

  private RunningSite(DemoSite described, DataFolder data, DemoFleet fleet, Site site) {
    this.described = described;
    this.data = data;
    this.fleet = fleet;
    this.site = site;
  }

  /**
   * Starts a site in its data folder, which the caller holds.
   *
   * @param anchor whom it trusts to say who is a member; empty when it is the anchor
   */
  static RunningSite start(
      DemoSite described,
      DataFolder data,
      DemoAddresses addresses,
      Optional<DemoFile.Anchor> anchor,
      Clock clock) {
    DemoFleet fleet = DemoFleet.start(described.engines());
    try {
      Path file = data.path().resolve(DemoFile.NAME);
      Files.writeString(file, DemoFile.text(described, addresses, fleet, anchor));
      Config config = ConfigFile.load(file, Optional.of(data.path()), Map.of());
      return new RunningSite(described, data, fleet, Site.start(config, data, clock));
    } catch (IOException e) {
      fleet.close();
      throw new StartException(data.path() + ": cannot be written", e);
    } catch (RuntimeException e) {
      fleet.close();
      throw e;
    }
  }

  /** Who it is. */
  public DemoSite described() {
    return described;
  }

  /** The site itself. */
  public Site site() {
    return site;
  }

  /** Where it keeps its data. */
  public Path data() {
    return data.path();
  }

  /** Base URL of its inference API, and its entity id. */
  public URI api() {
    return URI.create(site.config().federation().orElseThrow().entity());
  }

  /** The key of its owner's users, which is shown. */
  public String key() {
    return key(described.crowds().getFirst());
  }

  /** The key of a crowd, made at the first start. */
  String key(DemoCrowd crowd) {
    boolean first = crowd.equals(described.crowds().getFirst());
    String file = first ? DemoKey.FILE : "demo-" + crowd.organization() + ".key";
    return DemoKey.of(crowd, file, data, site.directory());
  }

  @Override
  public void close() {
    site.close();
    fleet.close();
  }
}
