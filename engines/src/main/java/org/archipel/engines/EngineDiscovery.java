package org.archipel.engines;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds out what speaks at a URL and which models it serves. Blocks; thread-safe; to be called on
 * virtual threads.
 */
public final class EngineDiscovery implements AutoCloseable {
  private final EngineHttp http;
  private final Duration limit;

  /** A discovery that gives up after {@code limit}. */
  public EngineDiscovery(Duration limit) {
    this(new EngineHttp(), limit);
  }

  EngineDiscovery(EngineHttp http, Duration limit) {
    this.http = http;
    this.limit = limit;
  }

  /**
   * What is at that URL, asked without a key.
   *
   * @throws EngineProblemException when no engine answers there
   * @throws IllegalArgumentException when the URL is no base URL
   */
  public Discovery discover(URI url) throws EngineProblemException, InterruptedException {
    return discover(DiscoveryTarget.of(url, ""));
  }

  /**
   * What is at that target.
   *
   * @throws EngineProblemException when no engine answers there
   */
  public Discovery discover(DiscoveryTarget target)
      throws EngineProblemException, InterruptedException {
    Found found = examine(target, Findings.NONE);
    return Discovery.of(found.type(), found.findings());
  }

  /** A type and what its dialect found. */
  record Found(EngineType type, Findings findings) {}

  Found examine(DiscoveryTarget target, Findings previous)
      throws EngineProblemException, InterruptedException {
    EngineSession session =
        http.open(target.url(), target.apiKey(), target.caCertificates(), limit);
    // Every time: another type of engine may have been started at the same port.
    EngineType type = TypeDetection.detect(session);
    return new Found(type, EngineDialect.of(type).examine(session, Optional.empty(), previous));
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    http.close();
  }
}
