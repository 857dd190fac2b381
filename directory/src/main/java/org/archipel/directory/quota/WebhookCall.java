package org.archipel.directory.quota;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells a webhook of an event: one POST of JSON, signed with the secret that both sides know over
 * the time and the body, so that nobody else can send it, nor the same again much later.
 */
final class WebhookCall {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String ALGORITHM = "HmacSHA256";

  private final String site;
  private final Clock clock;

  /** Made when there is something to tell: it is large, and a start would wait for it. */
  private Optional<HttpClient> client = Optional.empty();

  /**
   * @param site the site's id
   */
  WebhookCall(String site, Clock clock) {
    this.site = site;
    this.clock = clock;
  }

  /** Blocks until the webhook has answered; what is wrong when it did not take the event. */
  Optional<String> tell(Webhook webhook, Event event) throws InterruptedException {
    String body = body(event);
    HttpRequest request =
        HttpRequest.newBuilder(webhook.url())
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .header("x-archipel-event", event.id())
            .header("x-archipel-signature", signature(webhook, clock.millis() / 1000, body))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      int status = client().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      return status >= 200 && status < 300
          ? Optional.empty()
          : Optional.of("it answered " + status);
    } catch (IOException e) {
      // The message of some of them repeats the URL.
      return Optional.of(e.getClass().getSimpleName());
    }
  }

  static String signature(Webhook webhook, long seconds, String body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      byte[] secret = webhook.secret().getBytes(StandardCharsets.UTF_8);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      byte[] hash = mac.doFinal((seconds + "." + body).getBytes(StandardCharsets.UTF_8));
      return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }

  /** Names, words and numbers only, none of which needs an escape in JSON. */
  private String body(Event event) {
    BudgetWarning warning = event.warning();
    StringBuilder json = new StringBuilder("{");
    text(json, "id", event.id());
    text(json, "type", event.kind());
    text(json, "at", event.at().toString());
    text(json, "site", site);
    text(json, "organization", warning.scope().organization());
    warning.scope().project().ifPresent(project -> text(json, "project", project));
    warning.scope().key().ifPresent(key -> text(json, "key", key));
    text(json, "quota", warning.quota());
    text(json, "budget", warning.kind().word());
    text(json, "period", warning.period());
    return json.append("\"threshold\":")
        .append(warning.threshold())
        .append(",\"limit\":")
        .append(warning.limit())
        .append(",\"used\":")
        .append(warning.used())
        .append('}')
        .toString();
  }

  private static void text(StringBuilder json, String name, String value) {
    if (value.chars().anyMatch(c -> c < ' ' || c > '~' || c == '"' || c == '\\')) {
      throw new IllegalStateException(name + " (expected: a name of the directory)");
    }
    json.append('"').append(name).append("\":\"").append(value).append("\",");
  }

  private synchronized HttpClient client() {
    HttpClient made =
        client.orElseGet(
            () ->
                HttpClient.newBuilder()
                    .connectTimeout(TIMEOUT)
                    // Who is configured is told, and nobody else.
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build());
    client = Optional.of(made);
    return made;
  }

  synchronized void close() {
    client.ifPresent(HttpClient::shutdownNow);
  }
}
