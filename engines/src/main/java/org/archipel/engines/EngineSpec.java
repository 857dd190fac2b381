package org.archipel.engines;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

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
 * @param declaredConcurrency how many requests may run on it at once, at least 1, when somebody
 *     said so
 * @param priorityScheduling whether it was started to heed priorities, when somebody said so
 * @param labels what it promises beside what its site does: requests can demand it
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
    OptionalInt declaredConcurrency,
    Optional<Boolean> priorityScheduling,
    Set<String> labels) {

  /** How many requests run at once on an engine whose limit nobody gave. */
  public static final int DEFAULT_MAX_CONCURRENCY = 32;

  public EngineSpec {
    labels = Set.copyOf(labels);
  }

  /** An engine that promises nothing beside its site. */
  public EngineSpec(
      String id,
      URI url,
      EngineType type,
      Optional<String> upstreamModel,
      Optional<String> apiKey,
      Optional<Path> caCertificates,
      String owner,
      Optional<Hardware> hardware,
      OptionalInt declaredConcurrency,
      Optional<Boolean> priorityScheduling) {
    this(
        id,
        url,
        type,
        upstreamModel,
        apiKey,
        caCertificates,
        owner,
        hardware,
        declaredConcurrency,
        priorityScheduling,
        Set.of());
  }

  /** An engine whose limit is declared, and nothing of priorities. */
  public EngineSpec(
      String id,
      URI url,
      EngineType type,
      Optional<String> upstreamModel,
      Optional<String> apiKey,
      Optional<Path> caCertificates,
      String owner,
      Optional<Hardware> hardware,
      int maxConcurrency) {
    this(
        id,
        url,
        type,
        upstreamModel,
        apiKey,
        caCertificates,
        owner,
        hardware,
        OptionalInt.of(maxConcurrency),
        Optional.empty());
  }

  /**
   * How many requests may run on it at once: as declared, else the default of its type. What the
   * engine itself reports is not in it: see {@link EngineProfiles}.
   */
  public int maxConcurrency() {
    // Ollama runs one request at a time unless told otherwise, says so to nobody, and would queue
    // the others out of our order.
    int unless = type == EngineType.OLLAMA ? 1 : DEFAULT_MAX_CONCURRENCY;
    return declaredConcurrency.orElse(unless);
  }

  /** The same engine, where the model has that name. */
  EngineSpec withUpstreamModel(String name) {
    return new EngineSpec(
        id,
        url,
        type,
        Optional.of(name),
        apiKey,
        caCertificates,
        owner,
        hardware,
        declaredConcurrency,
        priorityScheduling,
        labels);
  }

  /**
   * The base URL in what people paste: a final slash or {@code /v1} is dropped.
   *
   * @throws IllegalArgumentException when it is no base URL of an engine
   */
  public static URI baseUrl(URI pasted) {
    return EngineUrls.base(pasted);
  }

  /** What an engine at that URL is called unless somebody says otherwise: its host and port. */
  public static String idOf(URI url) {
    return EngineUrls.hostAndPort(url);
  }

  /** Whether both are one server and one model there, reached with the same authorities. */
  boolean samePlace(EngineSpec other) {
    return url.equals(other.url)
        && type == other.type
        && upstreamModel.equals(other.upstreamModel)
        && caCertificates.equals(other.caCertificates);
  }

  @Override
  public String toString() {
    return "EngineSpec[" + id + ", " + type.word() + ", " + url + "]";
  }
}
