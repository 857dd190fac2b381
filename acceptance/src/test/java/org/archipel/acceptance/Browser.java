package org.archipel.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a browser does of a sign-in, by hand: keeps cookies for each host, fills a form, and says
 * where it is sent instead of going there. One that is made anew has forgotten everything. Not
 * thread-safe.
 */
final class Browser {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern FORM = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Map<String, Map<String, String>> cookies = new HashMap<>();

  /** An answer. */
  record Page(int status, String text, Optional<URI> location) {
    URI sentTo() {
      return location.orElseThrow(
          () -> new IllegalStateException("status " + status + ", sent nowhere: " + text));
    }

    /** Where the form of the page goes. */
    URI form() {
      Matcher found = FORM.matcher(text);
      if (!found.find()) {
        throw new IllegalStateException("status " + status + ", no form: " + text);
      }
      return URI.create(found.group(1).replace("&amp;", "&"));
    }
  }

  Page get(URI at, String... headers) {
    return send(HttpRequest.newBuilder(at).GET(), at, headers);
  }

  Page post(URI at, Map<String, String> form, String... headers) {
    String body =
        form.entrySet().stream()
            .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return send(request, at, headers);
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The value of a cookie of a host whose name ends so; empty when there is none. */
  String cookie(URI host, String name) {
    return jar(host).entrySet().stream()
        .filter(cookie -> cookie.getKey().endsWith(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  private Map<String, String> jar(URI host) {
    return cookies.computeIfAbsent(host.getAuthority(), _ -> new TreeMap<>());
  }

  private Page send(HttpRequest.Builder request, URI at, String... headers) {
    request.timeout(LIMIT);
    if (headers.length > 0) {
      request.headers(headers);
    }
    Map<String, String> jar = jar(at);
    if (!jar.isEmpty()) {
      request.header(
          "cookie",
          jar.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      answer.headers().allValues("set-cookie").forEach(line -> keep(jar, line));
      return new Page(
          answer.statusCode(),
          answer.body(),
          answer.headers().firstValue("location").map(at::resolve));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a page was loading", e);
    }
  }

  private static void keep(Map<String, String> jar, String line) {
    String cookie = line.replaceFirst(";.*", "");
    int equals = cookie.indexOf('=');
    String name = cookie.substring(0, equals);
    if (line.toLowerCase(java.util.Locale.ROOT).contains("max-age=0")) {
      jar.remove(name);
    } else {
      jar.put(name, cookie.substring(equals + 1));
    }
  }
}
