package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/** The one place that turns what a probe met into words that an operator can act on. */
final class ProblemWords {
  private static final int NAMES_SHOWN = 5;

  private ProblemWords() {}

  /** Nothing came back, or not what HTTP allows. */
  static EngineProblemException ofFailure(Throwable failure, URI base) {
    if (failure instanceof HttpConnectTimeoutException) {
      long seconds = EngineHttp.CONNECT_TIMEOUT.toSeconds();
      // The client counts the TLS handshake as part of connecting.
      return "https".equalsIgnoreCase(base.getScheme())
          ? unreachable(
              "no TLS connection within " + seconds + " s",
              "is " + base + " right, open in the firewall, and https? otherwise write http://")
          : unreachable(
              "no connection within " + seconds + " s",
              "is " + base + " right, and open in the firewall?");
    }
    if (isCausedBy(failure, UnresolvedAddressException.class)) {
      return unreachable("unknown host " + base.getHost(), "is the name right in " + base + "?");
    }
    if (failure instanceof ConnectException) {
      return unreachable("connection refused", "is the engine running at " + base + "?");
    }
    if (isCausedBy(failure, CertificateException.class)) {
      return unreachable(
          "its TLS certificate is not trusted",
          "set ca_certificates to its authority's PEM file, and check that the certificate names "
              + base.getHost());
    }
    if (failure instanceof SSLException) {
      return unreachable("TLS fails", "does " + base + " speak https? otherwise write http://");
    }
    return unreachable(
        "the connection breaks or what comes is not HTTP/1.1",
        "is an engine listening at " + base + ", and is http or https right?");
  }

  static EngineProblemException silence(URI base, Duration limit) {
    String within = limit.isZero() ? " in time" : " within " + limit.toMillis() + " ms";
    return unreachable(
        "connected, but no answer" + within, "the engine at " + base + " is overloaded or stuck");
  }

  /** Any status but 200. */
  static EngineProblemException ofStatus(int status, String path, boolean withKey) {
    String seen = "answers " + status + " at " + path;
    return switch (status) {
      case 401, 403 ->
          withKey
              ? answered("answers " + status, "check api_key: the engine refuses it")
              : answered("answers " + status, "set api_key");
      case 404, 405 -> answered(seen, "is url the engine's base, without /v1, and type right?");
      case 503 -> answered("loading the model (503)", "it is asked again until it is ready");
      default ->
          status >= 300 && status < 400
              ? answered(seen + ", a redirect", "set url to where it leads")
              : answered(seen, "see the engine's log");
    };
  }

  /** The JSON of an answer that must be 200, whole and JSON. */
  static JsonNode json(Answer answer, String path, boolean withKey) throws EngineProblemException {
    if (!answer.ok()) {
      throw ofStatus(answer.status(), path, withKey);
    }
    if (answer.truncated()) {
      throw answered(
          "answers more than " + EngineHttp.BODY_LIMIT + " bytes at " + path,
          "is this an inference engine?");
    }
    JsonNode json = answer.json();
    if (!json.isObject()) {
      throw answered("answers no JSON object at " + path, "is this an inference engine?");
    }
    return json;
  }

  static EngineProblemException notServed(String wanted, List<String> served) {
    return answered(
        "serves " + shown(served) + " but not " + wanted, "set `model:` to its name there");
  }

  /** A few names for a message; the rest is counted. */
  static String shown(List<String> names) {
    if (names.size() <= NAMES_SHOWN) {
      return names.toString();
    }
    String first = String.join(", ", names.subList(0, NAMES_SHOWN));
    return "[" + first + " and " + (names.size() - NAMES_SHOWN) + " more]";
  }

  static EngineProblemException answered(String problem, String advice) {
    return new EngineProblemException(problem, advice, true);
  }

  private static EngineProblemException unreachable(String problem, String advice) {
    return new EngineProblemException(problem, advice, false);
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> kind) {
    Throwable at = failure;
    // A bound, for causes that form a ring.
    for (int depth = 0; at != null && depth < 16; depth++) {
      if (kind.isInstance(at)) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }
}
