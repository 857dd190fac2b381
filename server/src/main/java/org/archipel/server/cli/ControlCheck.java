package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Asks a running site how it is. A site that does not run is worth a note, and no more. */
final class ControlCheck {
  private final URI base;
  private final Path data;
  private final Map<String, String> environment;

  ControlCheck(URI base, Path data, Map<String, String> environment) {
    this.base = base;
    this.data = data;
    this.environment = environment;
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
      return List.of(
          Finding.good(
              "site",
              "%s %s runs at %s, API at %s"
                  .formatted(
                      Shell.text(site, "id"),
                      Shell.text(site, "version"),
                      base,
                      Shell.text(site, "api"))));
    } catch (Failure e) {
      return List.of(
          running
              ? Finding.bad("site", String.valueOf(e.getMessage()), "a site runs on this data")
              : Finding.note("site", "does not run on this data", "archipel serve starts it"));
    }
  }
}
