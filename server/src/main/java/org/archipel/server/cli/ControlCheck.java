package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Asks a running site how it is. A site that does not run is worth a note, and no more. */
final class ControlCheck {
  private final URI base;
  private final Path data;
  private final Map<String, String> environment;
  private final Clock clock;

  ControlCheck(URI base, Path data, Map<String, String> environment, Clock clock) {
    this.base = base;
    this.data = data;
    this.environment = environment;
    this.clock = clock;
  }

  List<Finding> findings(boolean running) {
    Path token = data.resolve("admin.token");
    if (!environment.containsKey(ControlAccess.TOKEN_VARIABLE) && !Files.isReadable(token)) {
      return List.of(
          Finding.note(
              "site", "no " + token, "the first start writes it; --data names its folder"));
    }
    try (ControlClient client = new ControlClient(base, ControlAccess.token(environment, data))) {
      JsonNode site = client.get("/api/v1/site");
      List<Finding> findings = new ArrayList<>();
      findings.add(
          Finding.good(
              "site",
              "%s %s runs at %s, API at %s"
                  .formatted(
                      Shell.text(site, "id"),
                      Shell.text(site, "version"),
                      base,
                      Shell.text(site, "api"))));
      findings.addAll(catalog(client));
      findings.addAll(new PeerCheck(clock).findings(client));
      return findings;
    } catch (Failure e) {
      return List.of(
          running
              ? Finding.bad("site", String.valueOf(e.getMessage()), "a site runs on this data")
              : Finding.note("site", "does not run on this data", "archipel serve starts it"));
    }
  }

  /** Entries of the store that are off, and engines that somebody drains. */
  private static List<Finding> catalog(ControlClient client) {
    List<Finding> findings = new ArrayList<>();
    for (JsonNode model : client.get("/api/v1/models").path("items")) {
      if (model.has("off")) {
        findings.add(
            Finding.bad(
                "model",
                "%s is off: %s".formatted(Shell.text(model, "id"), Shell.text(model, "off")),
                "archipel model change or remove, or change the configuration file"));
      }
    }
    for (JsonNode engine : client.get("/api/v1/engines").path("items")) {
      String id = Shell.text(engine, "id");
      switch (Shell.text(engine, "state")) {
        case "off" ->
            findings.add(
                Finding.bad(
                    "engine",
                    "%s is off: %s".formatted(id, Shell.text(engine, "problem")),
                    "archipel engine change or remove, or change the configuration file"));
        case "draining", "drained" ->
            findings.add(
                Finding.note(
                    "engine",
                    "%s gets no requests since %s"
                        .formatted(id, Shell.time(engine, "draining_since")),
                    "archipel engine resume " + id + " ends that"));
        default -> {
          // How the others are, the checks of the engines themselves tell.
        }
      }
    }
    return findings;
  }
}
