package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Looks at the other sites: whether they can be reached, their clocks, certificates and trust. */
final class PeerCheck {
  private static final String CHECK = "peer";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofDays(14);
  private static final double CLOCK_NOTE_SECONDS = 2;

  /** Beyond two minutes what a site signs is not believed. */
  private static final double CLOCK_BAD_SECONDS = 100;

  private final Clock clock;

  PeerCheck(Clock clock) {
    this.clock = clock;
  }

  /** What is found of the sites that a running one knows. */
  List<Finding> findings(ControlClient client) {
    List<Finding> findings = new ArrayList<>();
    JsonNode peers;
    try {
      peers = client.get("/api/v1/peers").path("items");
    } catch (Failure e) {
      // A site that serves alone.
      return List.of();
    }
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .build()) {
      for (JsonNode peer : peers) {
        findings.addAll(peer(http, peer));
      }
    }
    return findings;
  }

  private List<Finding> peer(HttpClient http, JsonNode peer) {
    String site = Shell.text(peer, "site");
    List<Finding> findings = new ArrayList<>();
    if (!Shell.text(peer, "state").equals("trusted")) {
      findings.add(
          Finding.note(
              CHECK,
              site + " is " + Shell.text(peer, "state"),
              "nothing is exchanged with it; its anchor knows why"));
      return findings;
    }
    findings.add(reached(http, peer, site));
    clock(peer, site).ifPresent(findings::add);
    if (!peer.path("connected").asBoolean()) {
      findings.add(
          Finding.bad(
              CHECK,
              "%s: its adverts do not come in: %s".formatted(site, Shell.text(peer, "trouble")),
              "the network between the sites, or what it shares with this one"));
    }
    return findings;
  }

  private Finding reached(HttpClient http, JsonNode peer, String site) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(Shell.text(peer, "entity_id") + "/federation/ping"))
            .timeout(PATIENCE)
            .build();
    try {
      HttpResponse<Void> answer = http.send(request, HttpResponse.BodyHandlers.discarding());
      if (answer.statusCode() != 200) {
        return Finding.bad(
            CHECK, site + " answers " + answer.statusCode(), "what stands before that site");
      }
      Optional<Instant> until = answer.sslSession().flatMap(PeerCheck::certificateUntil);
      if (until.isPresent() && until.get().isBefore(clock.instant().plus(SOON))) {
        return Finding.note(
            CHECK,
            "%s: its certificate expires at %s".formatted(site, until.get()),
            "its operators have to renew it");
      }
      return Finding.good(CHECK, site + " is reached");
    } catch (IOException e) {
      return Finding.bad(
          CHECK, site + " cannot be reached: " + e.getMessage(), "network, name or certificate");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Finding.bad(CHECK, site + ": interrupted", "");
    }
  }

  private static Optional<Instant> certificateUntil(SSLSession session) {
    try {
      for (Certificate certificate : session.getPeerCertificates()) {
        if (certificate instanceof X509Certificate first) {
          return Optional.of(first.getNotAfter().toInstant());
        }
      }
      return Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  private static Optional<Finding> clock(JsonNode peer, String site) {
    JsonNode ahead = peer.path("clock_ahead_seconds");
    double seconds = Math.abs(ahead.asDouble());
    if (ahead.isMissingNode() || seconds < CLOCK_NOTE_SECONDS) {
      return Optional.empty();
    }
    String found = "%s: its clock differs by %.1f s from this site's".formatted(site, seconds);
    return Optional.of(
        seconds < CLOCK_BAD_SECONDS
            ? Finding.note(CHECK, found, "time synchronisation at both sites")
            : Finding.bad(CHECK, found, "time synchronisation: at two minutes trust ends"));
  }
}
