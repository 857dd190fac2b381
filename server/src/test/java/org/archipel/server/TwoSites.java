package org.archipel.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.federation.trust.Consortium.Admission;
import org.archipel.federation.trust.Consortium.MemberKind;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.TrustRoom;
import org.archipel.scheduling.PeerOffer;
import org.archipel.scheduling.PoolOffer;
import org.archipel.server.config.Config;
import org.archipel.server.config.ConfigFile;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.storage.Actor;

/**
 * Two whole sites that trust each other: Rennes, the anchor, has no engine, and Lille has one. What
 * Lille offers is carried over by hand.
 */
final class TwoSites implements AutoCloseable {
  static final Actor ACTOR = Actor.system("test");
  static final Duration LIMIT = Duration.ofSeconds(20);

  private final Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final SimulatedEngine engine;
  private final Site rennes;
  private final Site lille;

  TwoSites(Path folder, SimulatedEngineOptions options) throws Exception {
    this.folder = folder;
    engine = SimulatedEngine.start(options);
    open.addFirst(engine);
    int atRennes = freePort();
    int atLille = freePort();
    String anchor = "http://127.0.0.1:" + atRennes;
    rennes = site("rennes", atRennes, anchor, "[]");
    trust(rennes).found(ACTOR, MemberKind.CONTRIBUTOR);
    lille = site("lille", atLille, anchor, "[{url: " + engine.url() + ", type: vllm}]");
    String entity = "http://127.0.0.1:" + atLille;
    trust(rennes)
        .admit(
            ACTOR,
            new Admission(entity, "lille", "Lille", "univ-lille", MemberKind.CONTRIBUTOR),
            Optional.empty());
    await("each to trust the other")
        .atMost(LIMIT)
        .until(() -> trusts(rennes, entity) && trusts(lille, anchor));
    lille.awaitFirstProbes(LIMIT);
    offer();
  }

  SimulatedEngine engine() {
    return engine;
  }

  Site rennes() {
    return rennes;
  }

  Site lille() {
    return lille;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Site site(String id, int port, String anchor, String engines) throws Exception {
    Path own = Files.createDirectories(folder.resolve(id));
    Path file = own.resolve("archipel.yaml");
    Files.writeString(
        file,
        """
        site: {id: %s, name: %s, organization: univ-%s}
        listen: {api: "127.0.0.1:%d", control: "127.0.0.1:0"}
        federation: {entity: "http://127.0.0.1:%d", anchor: "%s", insecure: true}
        models:
          - id: simulated
            kind: chat
            engines: %s
        """
            .formatted(id, id, id, port, port, anchor, engines));
    Config config = ConfigFile.load(file, Optional.of(own), Map.of());
    DataFolder data = DataFolder.open(own);
    open.addFirst(data);
    Site site = Site.start(config, data, Clock.systemUTC());
    open.addFirst(site);
    return site;
  }

  static TrustRoom trust(Site site) {
    return site.trust().orElseThrow();
  }

  static boolean trusts(Site site, String entity) {
    return trust(site).trust().partner(entity).filter(Partner::trusted).isPresent();
  }

  static String key(Site site) {
    String organization = "insa";
    site.directory().createOrganization(ACTOR, organization);
    site.directory().createProject(ACTOR, organization, "chat");
    return site.directory()
        .createKey(ACTOR, organization, "chat", Optional.empty(), Optional.empty())
        .secret();
  }

  /** What an advert would bring. */
  void offer() {
    PoolOffer room = lille.relay().poolOffers().getOrDefault("simulated", PoolOffer.NOTHING);
    rennes
        .relay()
        .peerOffers(
            "simulated",
            List.of(
                new PeerOffer(
                    "lille", "simulated", room, Set.of(), 1_000_000, System.nanoTime(), 0, 0)));
  }

  static URI chat(Site site) {
    return URI.create("http://127.0.0.1:" + site.api().getPort() + "/v1/chat/completions");
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable part : open) {
      part.close();
    }
  }
}
