package org.archipel.federation.trust;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Documents over HTTP, from whoever a stranger named: bounded in everything. Thread-safe. */
final class HttpDocuments implements Documents, AutoCloseable {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  private final AddressRules rules;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(LIMIT)
          .executor(threads)
          .build();

  HttpDocuments(AddressRules rules) {
    this.rules = rules;
  }

  @Override
  public String get(URI uri, String contentType, Duration limit) throws InterruptedException {
    return within(limit, HttpRequest.newBuilder(uri).GET(), contentType);
  }

  @Override
  public String post(URI uri, String form, String contentType) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form));
    return within(LIMIT, request, contentType);
  }

  /** One limit over everything: name, connection, head and body. */
  private String within(Duration limit, HttpRequest.Builder request, String contentType)
      throws InterruptedException {
    HttpRequest whole = request.header("accept", contentType).timeout(limit).build();
    Future<String> answer = threads.submit(() -> ask(whole, contentType));
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new DistrustException(Distrust.UNREACHABLE, host(whole) + " did not answer in time", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DistrustException known) {
        throw known;
      }
      throw new DistrustException(Distrust.UNREACHABLE, host(whole) + " cannot be asked", e);
    } finally {
      answer.cancel(true);
    }
  }

  private String ask(HttpRequest request, String contentType)
      throws IOException, InterruptedException {
    rules.checkAddresses(request.uri());
    HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      // The name may have changed its addresses between the look and the call.
      rules.checkAddresses(request.uri());
      int status = response.statusCode();
      if (status >= 300 && status < 400) {
        throw new DistrustException(Distrust.REDIRECT_REFUSED, host(request) + ": " + status);
      }
      if (status == NOT_FOUND) {
        throw new DistrustException(Distrust.NOT_FOUND, host(request));
      }
      if (status != OK) {
        throw new DistrustException(Distrust.UNREACHABLE, host(request) + ": status " + status);
      }
      String type = response.headers().firstValue("content-type").orElse("");
      int semicolon = type.indexOf(';');
      String bare = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
      if (!bare.toLowerCase(Locale.ROOT).equals(contentType)) {
        throw new DistrustException(
            Distrust.MALFORMED, host(request) + ": content-type (expected: " + contentType + ")");
      }
      byte[] bytes = body.readNBytes(Signatures.LONGEST + 1);
      if (bytes.length > Signatures.LONGEST) {
        throw new DistrustException(Distrust.TOO_LARGE, host(request) + " sends more than 64 KiB");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static String host(HttpRequest request) {
    return AddressRules.shown(request.uri().getRawAuthority() + request.uri().getRawPath());
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
