package org.archipel.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.archipel.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WarmStartTest {
  @TempDir Path folder;

  /** Opens and migrates in a process of its own, whose loaded classes can be looked at. */
  static final class Opener {
    public static void main(String[] args) {
      try (Database database = Lagoon.open(args[0])) {
        System.out.println("fish: " + Lagoon.ids(database).size());
      }
    }
  }

  @Test
  void aStartWithNothingToMigrateDoesNotLoadFlyway() throws Exception {
    String url = TestDatabase.url(folder);
    String first = start(url);
    assertThat(first).contains("fish: 0").contains(" org.flywaydb.core.Flyway source:");
    String second = start(url);
    assertThat(second).contains("fish: 0").doesNotContain(" org.flywaydb.core.Flyway source:");
  }

  private static String start(String url) throws Exception {
    Process child = ChildJvm.of(List.of("-Xlog:class+load:stdout"), Opener.class, url).start();
    try (BufferedReader lines = child.inputReader()) {
      String output =
          lines
              .lines()
              .filter(line -> line.contains("org.flywaydb") || line.contains("fish: "))
              .collect(Collectors.joining("\n"));
      assertThat(child.waitFor()).isZero();
      return output;
    } finally {
      child.destroyForcibly().waitFor();
    }
  }
}
