package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.archipel.simulator.fleet.report.CsvReport;
import org.archipel.simulator.fleet.report.HtmlReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportsTest {
  private static final String VARIANTS =
      """
      question: Is 1 < 2?
      variants:
        calm: {x: 1, load: {rate: 2}}
        busy: {x: 2, load: {rate: 200}}
      """;

  @TempDir private Path folder = Path.of(".");

  private static Comparison compare() {
    return new Experiment(Small.study(Small.BASE + VARIANTS), List.of("archipel", "cw-lor"), 2)
        .run((_, _, _, _, _) -> Progress.NONE);
  }

  private void write(Comparison comparison, String name) throws IOException {
    Path to = Files.createDirectories(folder.resolve(name));
    CsvReport.writeRuns(comparison, to);
    CsvReport.writeSummary(comparison, to);
    HtmlReport.write(comparison, to);
  }

  @Test
  void theSameStudyGivesTheSameBytesAndAPageThatLoadsNothing() throws IOException {
    write(compare(), "one");
    write(compare(), "two");
    for (String file : List.of("runs.csv", "summary.csv", "report.html")) {
      assertThat(folder.resolve("one").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("two").resolve(file));
    }
    List<String> runs = Files.readAllLines(folder.resolve("one/runs.csv"));
    long columns = runs.getFirst().chars().filter(c -> c == ',').count();
    assertThat(runs).allMatch(line -> line.chars().filter(c -> c == ',').count() == columns);
    assertThat(runs).anyMatch(line -> line.startsWith("busy,2.0,cw-lor,2,org:a,"));
    String page = Files.readString(folder.resolve("one/report.html"));
    assertThat(page)
        .contains("simulated", "<svg", "Is 1 &lt; 2?", "prefers-color-scheme")
        .doesNotContain("http", "<script", "NaN", "Infinity");
  }

  @Test
  void theKneeIsWhereTheShareServedWellFallsUnder95Percent() {
    Comparison comparison = compare();
    double calm = comparison.estimate("calm", "archipel", "total", Metric.GOODPUT).mean();
    double busy = comparison.estimate("busy", "archipel", "total", Metric.GOODPUT).mean();
    assertThat(calm).isGreaterThan(0.95);
    assertThat(busy).isLessThan(0.95);
    assertThat(comparison.knee("archipel").orElseThrow())
        .isEqualTo(1 + (calm - 0.95) / (calm - busy));
  }
}
