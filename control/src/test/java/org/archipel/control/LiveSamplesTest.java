package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LiveSamplesTest {
  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final List<Double> BOUNDS = List.of(0.1, 1.0, 10.0);

  private final LiveSamples samples = new LiveSamples();

  private void at(int second, long requests, long written, Long... waits) {
    SiteCounts.OfClass standard = new SiteCounts.OfClass("standard", BOUNDS, List.of(waits));
    SiteCounts counts = new SiteCounts(requests, 0, 0, 0, written, List.of(standard));
    samples.add(START.plusSeconds(second), counts, Map.of());
  }

  @Test
  void ratesAreThoseOfTheLastTenSeconds() {
    for (int second = 0; second <= 60; second++) {
      at(second, second < 30 ? 0 : (second - 30) * 4L, second * 100L, 0L, 0L, 0L, 0L);
    }
    assertThat(samples.totals().requestsPerSecond()).isEqualTo(4.0);
    assertThat(samples.totals().completionTokensPerSecond()).isEqualTo(100.0);
  }

  @Test
  void waitsAreThoseOfTheLastFiveMinutes() {
    at(0, 0, 0, 1000L, 0L, 0L, 0L);
    at(400, 0, 0, 1000L, 0L, 0L, 0L);
    at(405, 0, 0, 1010L, 10L, 0L, 0L);
    LiveSamples.Waits waits = samples.waits("standard");
    assertThat(waits.requests()).isEqualTo(20);
    assertThat(waits.median().orElse(-1)).isCloseTo(0.1, within(0.001));
    // 19 of 20: nine tenths of the second bucket, from 0.1 to 1 s.
    assertThat(waits.most().orElse(-1)).isCloseTo(0.91, within(0.001));
    assertThat(samples.waits("batch").median()).isEmpty();
  }

  @Test
  void aWaitAboveAllBoundsIsToldAsTheLastOfThem() {
    at(0, 0, 0, 0L, 0L, 0L, 0L);
    at(5, 0, 0, 0L, 0L, 0L, 3L);
    assertThat(samples.waits("standard").median().orElse(-1)).isEqualTo(10.0);
  }

  @Test
  void theHistoryIsAQuarterOfAnHourInStepsOfFiveSeconds() {
    for (int second = 0; second <= 3600; second++) {
      at(second, 0, second * 10L, 0L, 0L, 0L, 0L);
    }
    List<LiveView.Point> points = samples.points();
    assertThat(points).hasSize(180);
    assertThat(points.getLast().at()).isEqualTo(START.plusSeconds(3600));
    assertThat(points.get(1).at()).isEqualTo(points.get(0).at().plusSeconds(5));
    assertThat(points).allMatch(point -> point.completionTokensPerSecond() == 10.0);
  }

  @Test
  void aSiteThatWasNeverSeenHasDoneNothing() {
    assertThat(samples.totals().running()).isZero();
    assertThat(samples.points()).isEmpty();
    assertThat(samples.waits("standard").requests()).isZero();
  }
}
