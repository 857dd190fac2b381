package org.archipel.server.demo;

import java.util.Optional;
import org.archipel.server.config.HostPort;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedModel;

/** The configuration of a site of the demonstration, as an operator would write it. */
final class DemoFile {
  /** Its name in the site's data folder. */
  static final String NAME = "archipel.yaml";

  private DemoFile() {}

  /**
   * The text.
   *
   * @param anchor the anchor's entity id and public keys; empty for the anchor itself
   */
  static String text(
      DemoSite site, DemoAddresses addresses, DemoFleet fleet, Optional<Anchor> anchor) {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Written by archipel demo at each start. The engines are simulated: they run no model, and
        # take the time that such hardware takes.
        site:
          id: %s
          name: %s
          organization: %s
        listen:
          api: %s
          control: %s
        shutdown:
          grace: 2s
        federation:
          entity: %s
        """
            .formatted(
                site.id(),
                site.name(),
                site.organization(),
                addresses.api(),
                addresses.control(),
                entity(addresses.api())));
    anchor.ifPresent(
        of ->
            text.append("  anchor: ")
                .append(of.entity())
                .append("\n  anchor_keys: '")
                .append(of.keys())
                .append("'\n"));
    text.append("models:\n");
    for (SimulatedEngine engine : fleet.engines()) {
      engine.options().models().forEach(model -> text.append(model(site, engine, model)));
    }
    return text.toString();
  }

  /** Whom a site trusts to say who is a member. */
  record Anchor(String entity, String keys) {}

  /** The entity id of a site that listens there. */
  static String entity(HostPort api) {
    return "http://" + api;
  }

  private static String model(DemoSite site, SimulatedEngine engine, SimulatedModel model) {
    return """
      - id: %s
        kind: chat
        context_window: %d
        engines:
          - id: %s
            url: %s
            type: %s
            owner: %s
            hardware: {device: %s, count: 1}
            max_concurrency: %d
    """
        .formatted(
            model.name(),
            model.contextWindow(),
            DemoFleet.id(engine),
            engine.url(),
            engine.options().flavour().word(),
            site.organization(),
            engine.options().timing().device(),
            engine.options().maxConcurrency());
  }
}
