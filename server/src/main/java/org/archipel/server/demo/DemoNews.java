package org.archipel.server.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells in a few lines what happens to the requests of the demonstration, and why, for somebody who
 * has never seen it. Thread-safe.
 */
final class DemoNews {
  private final Map<String, String> cities = new LinkedHashMap<>();
  private final List<Heard> fresh = new ArrayList<>();
  private final List<Heard> since = new ArrayList<>();

  DemoNews(List<DemoSite> sites) {
    sites.forEach(site -> cities.put(site.id(), site.city()));
  }

  synchronized void add(Heard heard) {
    fresh.add(heard);
    since.add(heard);
  }

  /** What is worth a line since the last time it was asked; often nothing. */
  synchronized List<String> lines() {
    List<String> lines = new ArrayList<>();
    cities.forEach((home, city) -> lines(home, city, lines));
    fresh.clear();
    return lines;
  }

  private void lines(String home, String city, List<String> lines) {
    Map<String, Map<String, Integer>> away = new TreeMap<>();
    int refused = 0;
    int broken = 0;
    for (Heard heard : fresh) {
      if (!heard.home().equals(home)) {
        continue;
      }
      if (heard.away()) {
        away.computeIfAbsent(heard.servedBy().orElseThrow(), _ -> new TreeMap<>())
            .merge(heard.organization(), 1, Integer::sum);
      } else if (heard.refused()) {
        refused++;
      } else if (!heard.whole()) {
        broken++;
      }
    }
    away.forEach(
        (site, organizations) ->
            lines.add(
                "%s full: %s served at %s (%s)"
                    .formatted(
                        city,
                        requests(organizations.values().stream().mapToInt(n -> n).sum()),
                        city(site),
                        counts(organizations))));
    if (refused > 0) {
      lines.add(
          "%s full, and so are the others: %s told when to come again"
              .formatted(city, requests(refused)));
    }
    if (broken > 0) {
      lines.add("%s: %s ended with an error".formatted(city, requests(broken)));
    }
  }

  /** One line about all sites since the last one. */
  synchronized String summary() {
    List<String> parts = new ArrayList<>();
    cities.forEach((home, city) -> parts.add(summary(home, city)));
    since.clear();
    return String.join(" · ", parts);
  }

  private String summary(String home, String city) {
    Map<String, Integer> places = new TreeMap<>();
    int atHome = 0;
    for (Heard heard : since) {
      if (!heard.home().equals(home) || !heard.whole()) {
        continue;
      }
      if (heard.away()) {
        places.merge(city(heard.servedBy().orElseThrow()), 1, Integer::sum);
      } else {
        atHome++;
      }
    }
    StringBuilder text = new StringBuilder(city).append(": ").append(atHome).append(" at home");
    places.forEach(
        (place, number) -> text.append(", ").append(number).append(" at ").append(place));
    return text.toString();
  }

  private String city(String site) {
    return cities.getOrDefault(site, site);
  }

  private static String requests(int number) {
    return number == 1 ? "1 request" : number + " requests";
  }

  private static String counts(Map<String, Integer> organizations) {
    List<String> parts = new ArrayList<>();
    organizations.forEach((name, number) -> parts.add(number + " of " + name));
    return String.join(", ", parts);
  }
}
