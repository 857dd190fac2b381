package org.archipel.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Talks to an engine over HTTP/1.1. */
final class TestClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI url;

  TestClient(SimulatedEngine engine) {
    this.url = engine.url();
  }

  /** Headers are name, value, name, value. */
  HttpResponse<byte[]> post(String path, String body, String... headers) {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
    request.header("content-type", "application/json");
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<byte[]> post(String path, byte[] body, String contentType) {
    return send(
        request(path).POST(BodyPublishers.ofByteArray(body)).header("content-type", contentType));
  }

  HttpResponse<byte[]> get(String path, String... headers) {
    HttpRequest.Builder request = request(path).GET();
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /** The answer to a successful POST as JSON. */
  JsonNode ask(String path, String body, String... headers) {
    HttpResponse<byte[]> answer = post(path, body, headers);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + ": " + text(answer));
    }
    return json(text(answer));
  }

  /** The data of each event of a stream, as far as it is JSON; the last one may be [DONE]. */
  List<String> events(String path, String body, String... headers) {
    return data(text(post(path, body, headers)));
  }

  static List<String> data(String stream) {
    List<String> data = new ArrayList<>();
    for (String line : stream.split("\n", -1)) {
      if (line.startsWith("data: ")) {
        data.add(line.substring(6).strip());
      }
    }
    return data;
  }

  static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8);
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException broken) {
      throw new AssertionError("not JSON: " + text, broken);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
