package org.archipel.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.archipel.simulator.SimulatedEngineOptions;

/**
 * Measures, by hand, what a request's first byte waits for when it is served at another site: two
 * sites in this process, one request after the other, in turns straight to the other site and
 * through overflow.
 */
final class OverflowCost {
  private static final String STREAM =
      "{\"stream\":true,\"model\":\"simulated\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
  private static final int WARM = 1_500;
  private static final int ROUNDS = 5;
  private static final int REQUESTS = 1_000;

  private OverflowCost() {}

  @SuppressWarnings("SystemOut") // the result of a program that is started by hand
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("overflow-cost");
    try (TwoSites sites = new TwoSites(folder, new SimulatedEngineOptions());
        HttpClient http = HttpClient.newHttpClient()) {
      String atRennes = TwoSites.key(sites.rennes());
      String atLille = TwoSites.key(sites.lille());
      measure(http, sites, sites.rennes(), atRennes, WARM);
      measure(http, sites, sites.lille(), atLille, WARM);
      for (int round = 0; round < ROUNDS; round++) {
        long[] straight = measure(http, sites, sites.lille(), atLille, REQUESTS);
        long[] crossing = measure(http, sites, sites.rennes(), atRennes, REQUESTS);
        System.out.printf(
            "straight p50 %.3f p99 %.3f ms, crossing p50 %.3f p99 %.3f ms%n",
            at(straight, 0.5), at(straight, 0.99), at(crossing, 0.5), at(crossing, 0.99));
      }
    }
  }

  private static double at(long[] nanos, double quantile) {
    return nanos[(int) (quantile * (nanos.length - 1))] / 1e6;
  }

  private static long[] measure(
      HttpClient http, TwoSites sites, Site site, String key, int requests)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(TwoSites.chat(site))
            .header("authorization", "Bearer " + key)
            .POST(BodyPublishers.ofString(STREAM))
            .build();
    long[] nanos = new long[requests];
    for (int i = 0; i < requests; i++) {
      sites.offer();
      long sent = System.nanoTime();
      try (InputStream answer = http.send(request, BodyHandlers.ofInputStream()).body()) {
        if (answer.read() != 'd') {
          throw new IOException("no stream (expected: data: ...)");
        }
        nanos[i] = System.nanoTime() - sent;
        answer.readAllBytes();
      }
    }
    Arrays.sort(nanos);
    return nanos;
  }
}
