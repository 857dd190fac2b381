package org.archipel.server.config;

import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineType;
import org.archipel.engines.Hardware;

/**
 * An engine that the file describes. Its {@code api_key} is never shown.
 *
 * @param spec the engine as the rooms below know it
 */
public record EngineConfig(EngineSpec spec) {
  static EngineConfig read(Section section, String organization) {
    try (section) {
      URI url = section.require("url", Forms.ENGINE_URL, URI.create("http://localhost"));
      EngineType type = section.require("type", Forms.word(EngineType.class), EngineType.OPENAI);
      return new EngineConfig(
          new EngineSpec(
              section.find("id", Forms.ENGINE_ID).orElse(idOf(url)),
              url,
              type,
              section.find("model", Forms.MODEL_NAME),
              section.find("api_key", Forms.SECRET),
              section.find("ca", Forms.PATH),
              section.find("owner", Forms.NAME).orElse(organization),
              section.findGroup("hardware").map(EngineConfig::hardware),
              section.find("max_concurrency", Forms.integer(1, Integer.MAX_VALUE)).stream()
                  .mapToInt(Integer::intValue)
                  .findFirst(),
              priorityScheduling(section, type),
              new HashSet<>(section.list("labels", Forms.NAME))));
    }
  }

  /** Other engines have no priorities, or none whose sense is known. */
  private static Optional<Boolean> priorityScheduling(Section section, EngineType type) {
    Optional<Boolean> declared = section.find("priority_scheduling", Forms.TRUE_OR_FALSE);
    if (declared.orElse(false) && type != EngineType.VLLM && type != EngineType.SGLANG) {
      section.report("priority_scheduling", "true (expected: only with type vllm or sglang)");
      return Optional.empty();
    }
    return declared;
  }

  /** The engine's host and port: what an operator calls it anyway. */
  static String idOf(URI url) {
    int port = url.getPort() > 0 ? url.getPort() : "https".equals(url.getScheme()) ? 443 : 80;
    return url.getHost() + ":" + port;
  }

  private static Hardware hardware(Section section) {
    try (section) {
      return new Hardware(
          section.require("device", Forms.DEVICE_NAME, "unknown"),
          section.find("count", Forms.integer(1, 1024)).orElse(1));
    }
  }
}
