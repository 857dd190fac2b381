package org.archipel.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Talks to the control listener of a running site. Every failure becomes one line for people. */
final class ControlClient implements AutoCloseable {
  /** The most that the API gives at once. */
  private static final int PAGE = 1_000;

  private static final int LONGEST_PROBLEM = 65_536;

  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final URI base;
  private final String token;
  private final ObjectMapper json = JsonMapper.builder().build();
  private final HttpClient http;

  ControlClient(URI base, String token) {
    this.base = base;
    this.token = token;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    if (!"https".equals(base.getScheme())) {
      builder.sslContext(trustingNobody());
    }
    this.http = builder.build();
  }

  /** The client wants a context even for plain HTTP; the usual one reads every certificate. */
  private static SSLContext trustingNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw Failure.failed("this Java has no TLS");
    }
  }

  JsonNode get(String path) {
    return parse(send(request(path).GET(), "application/json"));
  }

  /** A list with the items of all its pages. */
  JsonNode all(String path) {
    JsonNode first = get(path);
    if (!(first instanceof ObjectNode whole) || !(first.path("items") instanceof ArrayNode items)) {
      return first;
    }
    JsonNode page = first;
    while (page.hasNonNull("next")) {
      String after = "after=" + encode(page.path("next").asText());
      page = get(path + (path.contains("?") ? "&" : "?") + after);
      page.path("items").forEach(items::add);
    }
    whole.remove("next");
    return whole;
  }

  /** A value as JSON. */
  static String json(Map<String, ?> fields) {
    try {
      return JsonMapper.builder().build().writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("numbers and texts that are no JSON", e);
    }
  }

  /** The answer in another form than JSON, as text. */
  String get(String path, String mediaType) {
    return send(request(path).GET(), mediaType);
  }

  /** All items of a list that comes by pages, as if it had come at once. */
  JsonNode items(String path) {
    ObjectNode whole = json.createObjectNode();
    ArrayNode items = whole.putArray("items");
    String paged = path + (path.contains("?") ? "&" : "?") + "limit=" + PAGE;
    JsonNode page = get(paged);
    page.path("items").forEach(items::add);
    while (page.path("next").isTextual()) {
      page = get(paged + "&after=" + encode(page.path("next").asText()));
      page.path("items").forEach(items::add);
    }
    return whole;
  }

  JsonNode post(String path, Map<String, ?> fields) {
    return change("POST", path, fields);
  }

  JsonNode put(String path, Map<String, ?> fields) {
    return change("PUT", path, fields);
  }

  JsonNode patch(String path, Map<String, ?> fields) {
    return change("PATCH", path, fields);
  }

  private JsonNode change(String method, String path, Map<String, ?> fields) {
    try {
      String body = json.writeValueAsString(fields);
      return parse(
          send(
              request(path)
                  .header("content-type", "application/json")
                  .method(method, BodyPublishers.ofString(body)),
              "application/json"));
    } catch (JsonProcessingException e) {
      throw Failure.failed("a request that cannot be written as JSON");
    }
  }

  JsonNode delete(String path) {
    return parse(send(request(path).DELETE(), "application/json"));
  }

  /** The path with its query; parameters without a value are left out. */
  static String query(String path, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .filter(parameter -> !parameter.getValue().isEmpty())
            .sorted(Map.Entry.comparingByKey())
            .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? path : path + "?" + query;
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER);
  }

  /** Copies an answer of any length to where it is wanted, as it comes. */
  void copy(String path, String mediaType, OutputStream to) {
    try (InputStream body = open(path, mediaType)) {
      body.transferTo(to);
      to.flush();
    } catch (IOException e) {
      throw brokenOff();
    }
  }

  /** Prints an answer of any length, as it comes. */
  void print(String path, String mediaType, PrintWriter to) {
    try (Reader body = new InputStreamReader(open(path, mediaType), StandardCharsets.UTF_8)) {
      body.transferTo(to);
    } catch (IOException e) {
      throw brokenOff();
    }
    if (to.checkError()) {
      throw Failure.failed("the answer cannot be written: what was written is not whole");
    }
  }

  private static Failure brokenOff() {
    return Failure.failed("the answer broke off: what was written is not whole");
  }

  private InputStream open(String path, String mediaType) throws IOException {
    HttpResponse<InputStream> response =
        send(request(path).GET(), mediaType, BodyHandlers.ofInputStream());
    if (response.statusCode() / 100 == 2) {
      return response.body();
    }
    try (InputStream body = response.body()) {
      byte[] problem = body.readNBytes(LONGEST_PROBLEM);
      throw Failure.failed(
          problem(response.statusCode(), new String(problem, StandardCharsets.UTF_8)));
    }
  }

  private String send(HttpRequest.Builder request, String mediaType) {
    HttpResponse<String> response =
        send(request, mediaType, BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (response.statusCode() / 100 != 2) {
      throw Failure.failed(problem(response.statusCode(), response.body()));
    }
    return response.body();
  }

  private <T> HttpResponse<T> send(
      HttpRequest.Builder request, String mediaType, BodyHandler<T> handler) {
    try {
      return http.send(
          request.header("authorization", "Bearer " + token).header("accept", mediaType).build(),
          handler);
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw Failure.failed(
          "nothing answers at %s: is the site running? (--control HOST:PORT or ARCHIPEL_CONTROL"
                  .formatted(base)
              + " says where)");
    } catch (HttpTimeoutException e) {
      throw Failure.failed("no answer from " + base + " within " + ANSWER.toSeconds() + " s");
    } catch (IOException e) {
      throw Failure.failed("no proper answer from " + base + ": is it a control listener?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.failed("interrupted");
    } catch (IllegalArgumentException e) {
      // The client refuses characters that cannot be in a header; it must not quote them.
      throw Failure.failed("the token has characters that no token has");
    }
  }

  private String problem(int status, String body) {
    try {
      JsonNode detail = json.readTree(body).path("detail");
      if (detail.isTextual()) {
        return Table.printable(detail.asText());
      }
    } catch (JsonProcessingException e) {
      // Not ours: the status says all there is to say.
    }
    return base + " answered " + status + ": is it a control listener?";
  }

  private JsonNode parse(String body) {
    try {
      return json.readTree(body);
    } catch (JsonProcessingException e) {
      throw Failure.failed(base + " answered something else than JSON: is it a control listener?");
    }
  }

  @Override
  public void close() {
    // close() would wait for connections that are only kept alive.
    http.shutdownNow();
  }
}
