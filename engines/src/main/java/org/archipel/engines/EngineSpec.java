package org.archipel.engines;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an operator says of an engine that serves a model.
 *
 * @param id unique at the site; bounded and printable, it appears in {@code x-archipel-engine}
 * @param url base URL without a trailing slash and without {@code /v1}: {@code http://gpu1:8000}
 * @param type what speaks there
 * @param upstreamModel the model's name there, when it differs from the model's id here
 * @param apiKey what to send as {@code Authorization: Bearer}; never logged
 * @param caCertificates PEM file of the authorities to trust instead of the system's, for https
 * @param owner the organization that owns the engine
 * @param hardware what it runs on
 * @param maxConcurrency how many requests may run on it at once, at least 1
 */
public record EngineSpec(
    String id,
    URI url,
    EngineType type,
    Optional<String> upstreamModel,
    Optional<String> apiKey,
    Optional<Path> caCertificates,
    String owner,
    Optional<Hardware> hardware,
    int maxConcurrency) {

  /** How many requests run at once on an engine whose limit nobody gave. */
  public static final int DEFAULT_MAX_CONCURRENCY = 32;

  @Override
  public String toString() {
    return "EngineSpec[" + id + ", " + type.word() + ", " + url + "]";
  }
}
