package org.archipel.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The administration of a running site over HTTP, as the command line uses it. */
final class ControlApi {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final URI base;
  private final String token;

  ControlApi(URI base, String token) {
    this.base = base;
    this.token = token;
  }

  URI base() {
    return base;
  }

  String token() {
    return token;
  }

  /** Makes an organization, a project and a key, and returns the key. */
  String newKey(String organization, String project) {
    var _ = post("/api/v1/organizations", WireJson.object().put("name", organization));
    var _ =
        post(
            "/api/v1/organizations/" + organization + "/projects",
            WireJson.object().put("name", project));
    return anotherKey(organization, project);
  }

  /** Makes one more key of a project. */
  String anotherKey(String organization, String project) {
    ObjectNode wish = WireJson.object().put("organization", organization).put("project", project);
    return post("/api/v1/keys", wish).path("secret").asText();
  }

  /** Stops a key. */
  void revokeKey(String key) {
    var _ = send(request("/api/v1/keys/" + key.split("-", -1)[1]).DELETE());
  }

  /** The sums of everything that was used: what {@code archipel usage} shows. */
  JsonNode usage() {
    JsonNode report = get("/api/v1/usage");
    if (!report.path("complete").asBoolean() || report.path("items").size() != 1) {
      throw new IllegalStateException("usage: " + report + " (expected: complete, one item)");
    }
    return report.path("items").get(0);
  }

  /** What every organization completed so far, from one look at the ledger. */
  Map<String, Completed> completedByOrganization() {
    JsonNode report = get("/api/v1/usage?by=organization");
    if (!report.path("complete").asBoolean()) {
      throw new IllegalStateException("usage: " + report + " (expected: complete)");
    }
    Map<String, Completed> completed = new HashMap<>();
    for (JsonNode item : report.path("items")) {
      completed.put(
          item.path("organization").asText(),
          new Completed(item.path("completed").asLong(), item.path("completion_tokens").asLong()));
    }
    return completed;
  }

  /** Requests that were answered to the end, and the tokens of their answers. */
  record Completed(long requests, long tokens) {
    static final Completed NONE = new Completed(0, 0);

    Completed since(Completed before) {
      return new Completed(requests - before.requests, tokens - before.tokens);
    }
  }

  /**
   * The sum of a metric over its labels, from {@code /metrics}.
   *
   * @throws IllegalStateException if no series has that name
   */
  double metric(String name) {
    String page = text(request("/metrics").GET());
    return page.lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(Double::sum)
        .orElseThrow(() -> new IllegalStateException("/metrics: no series of " + name));
  }

  JsonNode get(String path) {
    return send(request(path).GET());
  }

  /** Creates a thing that the text describes. */
  JsonNode add(String path, String body) {
    return post(path, WireJson.read(body));
  }

  /** Does what the path says. */
  JsonNode act(String path) {
    return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
  }

  void remove(String path) {
    var _ = text(request(path).DELETE());
  }

  JsonNode post(String path, JsonNode body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(WireJson.bytes(body))));
  }

  /** Changes some fields of a thing. */
  JsonNode patch(String path, String fields) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .method("PATCH", HttpRequest.BodyPublishers.ofString(fields)));
  }

  /** Sets a thing. */
  JsonNode put(String path, String body) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path))
        .timeout(LIMIT)
        .header("authorization", "Bearer " + token);
  }

  private static JsonNode send(HttpRequest.Builder request) {
    return WireJson.read(text(request));
  }

  private static String text(HttpRequest.Builder request) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(
            "%s answered %d: %s".formatted(response.uri(), response.statusCode(), response.body()));
      }
      return response.body();
    } catch (IOException e) {
      throw new IllegalStateException("the control listener does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the control listener was asked", e);
    }
  }
}
