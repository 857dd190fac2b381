package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Looks for secrets in all that a site has written: its data and its output. Not thread-safe. */
final class WrittenSecrets {
  private final SiteProcess site;
  private final Map<String, String> secrets = new LinkedHashMap<>();

  WrittenSecrets(SiteProcess site) {
    this.site = site;
  }

  /** Adds one. */
  WrittenSecrets with(String what, String secret) {
    assertThat(secret).as("%s, to be looked for", what).hasSizeGreaterThan(7);
    secrets.put(what, secret);
    return this;
  }

  /** Where which secret was found. */
  List<String> places() throws IOException {
    List<String> places = new ArrayList<>();
    int files = 0;
    for (Path root : List.of(site.data(), site.logs())) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          files++;
          // Every byte is a character there, so that text is found within binary files.
          String text = Files.readString(file, StandardCharsets.ISO_8859_1);
          secrets.forEach(
              (what, secret) -> {
                if (text.contains(secret)) {
                  places.add(what + ": " + root.relativize(file));
                }
              });
        }
      }
    }
    assertThat(files).as("database, journal, token, lock, logs").isGreaterThanOrEqualTo(5);
    return places;
  }
}
