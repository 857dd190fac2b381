package org.archipel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SummaryTest {
  @Test
  void anotherCheckoutIsTheMeasureWhereThereIsOne() {
    Summary summary =
        new Summary(
            List.of(
                requests(TargetKind.NGINX, 1, 20),
                requests(TargetKind.ARCHIPEL_BEFORE, 1, 8),
                requests(TargetKind.ARCHIPEL_STRICT, 1, 10)));

    assertThat(summary.measure()).isEqualTo(TargetKind.ARCHIPEL_BEFORE);
    assertThat(summary.rows())
        .filteredOn(row -> row.key().target() == TargetKind.ARCHIPEL_STRICT)
        .singleElement()
        .satisfies(row -> assertThat(row.ratio().orElseThrow().median()).isEqualTo(1.25));
    assertThat(summary.rows())
        .filteredOn(row -> row.key().target() == TargetKind.ARCHIPEL_BEFORE)
        .singleElement()
        .satisfies(row -> assertThat(row.ratio()).isEmpty());
  }

  @Test
  void ratiosAreTakenInsideOneRepeat() {
    // Between medians the ratio would be 20 / 20; in each repeat it is a half, then a double.
    Summary.Row row =
        only(
            List.of(
                requests(TargetKind.NGINX, 1, 20),
                requests(TargetKind.ARCHIPEL_STRICT, 1, 10),
                requests(TargetKind.NGINX, 2, 20),
                requests(TargetKind.ARCHIPEL_STRICT, 2, 20),
                requests(TargetKind.ARCHIPEL_STRICT, 3, 80),
                requests(TargetKind.NGINX, 3, 40)));

    assertThat(row.ratio()).contains(new Spread(1, 0.5, 2));
    assertThat(row.value()).contains(new Spread(20, 10, 80));
    assertThat(row.nginx()).contains(new Spread(20, 20, 40));
  }

  @Test
  void aRepeatWithoutNginxHasNoRatio() {
    Summary.Row row =
        only(
            List.of(
                requests(TargetKind.ARCHIPEL_STRICT, 1, 10),
                requests(TargetKind.NGINX, 2, 5),
                requests(TargetKind.ARCHIPEL_STRICT, 2, 10)));

    assertThat(row.ratio()).contains(new Spread(2, 2, 2));
  }

  @Test
  void whatWasAddedIsTheDifferenceToDirectInTheSameRepeat() {
    List<Summary.Row> rows =
        new Summary(
                List.of(
                    firstChunk(TargetKind.DIRECT, 1, 1.0),
                    firstChunk(TargetKind.NGINX, 1, 1.5),
                    firstChunk(TargetKind.ARCHIPEL_STRICT, 1, 2.0)))
            .rows();

    Summary.Row added =
        rows.stream()
            .filter(row -> row.key().metric() == Metric.FIRST_CHUNK_ADDED_P50)
            .findFirst()
            .orElseThrow();
    assertThat(added.value().map(Spread::median)).contains(1.0);
    assertThat(added.nginx().map(Spread::median)).contains(0.5);
    assertThat(added.ratio().map(Spread::median)).contains(2.0);
    assertThat(added.direct()).isEmpty();
  }

  @Test
  void errorsOfAllRepeatsAreAdded() {
    Summary.Row row =
        only(
            List.of(
                new Measurement(
                    "json",
                    TargetKind.ARCHIPEL_STRICT,
                    1,
                    Map.of(Metric.REQUESTS_PER_SECOND, 1.0),
                    3),
                new Measurement(
                    "json",
                    TargetKind.ARCHIPEL_STRICT,
                    2,
                    Map.of(Metric.REQUESTS_PER_SECOND, 1.0),
                    4)));

    assertThat(row.errors()).isEqualTo(7);
    assertThat(row.ratio()).isEmpty();
  }

  @Test
  void aTargetThatAnsweredNothingIsStillALineWithItsErrors() {
    Summary.Row row =
        only(
            List.of(
                new Measurement("json", TargetKind.ARCHIPEL_STRICT, 1, Map.of(), 12),
                requests(TargetKind.NGINX, 1, 5)));

    assertThat(row.errors()).isEqualTo(12);
    assertThat(row.value()).isEmpty();
  }

  @Test
  void reportSaysWhereAndWhatItWasMeasuredOn() throws Exception {
    ComparisonReport report =
        new ComparisonReport(
            Instant.parse("2026-11-02T10:00:00Z"),
            new Machine(2, "a processor", "Linux 6", "25", "abc1234", 0.25),
            7,
            1,
            List.of(
                requests(TargetKind.DIRECT, 1, 12_000),
                requests(TargetKind.NGINX, 1, 4_000),
                requests(TargetKind.ARCHIPEL_STRICT, 1, 5_000)));

    assertThat(report.markdown())
        .contains("2026-11-02, commit abc1234")
        .contains("a processor")
        .contains("| json | requests/s | 12,000 | 4,000 | 5,000 | 1.25 [1.25–1.25] | 0 |");
    assertThat(report.table()).contains("1.25 [1.25–1.25]");
    JsonNode row = report.json().at("/summary/0");
    assertThat(row.at("/ratio/median").asDouble()).isEqualTo(1.25);
    assertThat(row.at("/target").asText()).isEqualTo("archipel_strict");
  }

  private static Summary.Row only(List<Measurement> measurements) {
    List<Summary.Row> rows = new Summary(measurements).rows();
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }

  private static Measurement requests(TargetKind target, int repeat, double value) {
    return new Measurement("json", target, repeat, Map.of(Metric.REQUESTS_PER_SECOND, value), 0);
  }

  private static Measurement firstChunk(TargetKind target, int repeat, double value) {
    return new Measurement("paced", target, repeat, Map.of(Metric.FIRST_CHUNK_P50, value), 0);
  }
}
