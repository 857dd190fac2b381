package org.archipel.server.demo;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.archipel.engines.EngineDiscovery;
import org.archipel.engines.EngineProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks for real engines at the usual ports of this machine. */
public final class LocalEngines {
  /** The usual ports of Ollama, vLLM, llama.cpp and SGLang. */
  public static final List<URI> USUAL =
      List.of(
          URI.create("http://127.0.0.1:11434"),
          URI.create("http://127.0.0.1:8000"),
          URI.create("http://127.0.0.1:8080"),
          URI.create("http://127.0.0.1:30000"));

  private static final Logger LOG = LoggerFactory.getLogger(LocalEngines.class);
  private static final Duration LIMIT = Duration.ofMillis(800);

  private LocalEngines() {}

  /** Those of the candidates that answer as an engine and serve a model, in their order. */
  public static List<URI> find(List<URI> candidates) throws InterruptedException {
    try (EngineDiscovery discovery = new EngineDiscovery(LIMIT);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Optional<URI>>> looks = new ArrayList<>();
      candidates.forEach(url -> looks.add(() -> look(discovery, url)));
      List<URI> found = new ArrayList<>();
      for (Future<Optional<URI>> answer : threads.invokeAll(looks)) {
        try {
          answer.get().ifPresent(found::add);
        } catch (ExecutionException e) {
          LOG.debug("what is there speaks no language of ours", e);
        }
      }
      return found;
    }
  }

  private static Optional<URI> look(EngineDiscovery discovery, URI url)
      throws InterruptedException {
    try {
      return discovery.discover(url).models().isEmpty() ? Optional.empty() : Optional.of(url);
    } catch (EngineProblemException e) {
      return Optional.empty();
    }
  }
}
