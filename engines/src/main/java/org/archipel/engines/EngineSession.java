package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One probe's conversation with one engine, bounded in time as a whole. Blocks; for virtual
 * threads. Not thread-safe.
 */
final class EngineSession {
  /** A healthy engine under load may need seconds for what it answers in milliseconds at rest. */
  private static final Duration REQUIRED_LIMIT = Duration.ofSeconds(5);

  private static final Duration OPTIONAL_LIMIT = Duration.ofSeconds(2);

  private final HttpClient client;
  private final URI base;
  private final Optional<String> apiKey;
  private final Deadline deadline;

  EngineSession(HttpClient client, URI base, Optional<String> apiKey, Deadline deadline) {
    this.client = client;
    this.base = base;
    this.apiKey = apiKey;
    this.deadline = deadline;
  }

  boolean hasKey() {
    return apiKey.isPresent();
  }

  /** The answer, of whatever status. */
  Answer get(String path) throws EngineProblemException, InterruptedException {
    return send(request(path).GET(), REQUIRED_LIMIT);
  }

  /** The JSON that the engine must answer with status 200. */
  JsonNode json(String path) throws EngineProblemException, InterruptedException {
    return ProblemWords.json(get(path), path, apiKey.isPresent());
  }

  /** Fails unless the status is 200; a server without that path is taken as healthy. */
  void health(String path, String meaningOf503)
      throws EngineProblemException, InterruptedException {
    Answer answer = get(path);
    if (answer.status() == 503) {
      throw new EngineProblemException(
          meaningOf503 + " (503)", "it is asked again until it is ready; see its log", true);
    }
    if (!answer.ok() && answer.status() != 404) {
      throw ProblemWords.ofStatus(answer.status(), path, apiKey.isPresent());
    }
  }

  /** The answer of whatever status; empty when none came in time, so that nothing is learnt. */
  Optional<Answer> ask(String path) throws InterruptedException, EngineProblemException {
    return optional(request(path).GET());
  }

  /** As {@link #ask} with a JSON body. */
  Optional<Answer> ask(String path, JsonNode body)
      throws InterruptedException, EngineProblemException {
    return optional(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  private Optional<Answer> optional(HttpRequest.Builder request) throws InterruptedException {
    try {
      return Optional.of(send(request, OPTIONAL_LIMIT));
    } catch (EngineProblemException e) {
      return Optional.empty();
    }
  }

  private HttpRequest.Builder request(String path) throws EngineProblemException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).header("User-Agent", "archipel-probe");
    if (apiKey.isPresent()) {
      try {
        request.header("Authorization", "Bearer " + apiKey.get());
      } catch (IllegalArgumentException e) {
        // The exception quotes the key: it must not get further than here.
        throw new EngineProblemException(
            "api_key has a character that a header cannot carry",
            "expected: printable ASCII without line ends",
            false);
      }
    }
    return request;
  }

  private Answer send(HttpRequest.Builder request, Duration cap)
      throws EngineProblemException, InterruptedException {
    Duration limit = deadline.remaining(cap);
    if (!limit.isPositive()) {
      throw ProblemWords.silence(base, Duration.ZERO);
    }
    CompletableFuture<HttpResponse<BoundedBody.Content>> exchange =
        client.sendAsync(request.build(), info -> new BoundedBody(EngineHttp.BODY_LIMIT));
    try {
      HttpResponse<BoundedBody.Content> response =
          exchange.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      BoundedBody.Content content = response.body();
      return new Answer(response.statusCode(), content.text(), content.truncated());
    } catch (ExecutionException e) {
      throw ProblemWords.ofFailure(e.getCause() == null ? e : e.getCause(), base);
    } catch (TimeoutException e) {
      throw ProblemWords.silence(base, limit);
    } finally {
      exchange.cancel(true);
    }
  }
}
