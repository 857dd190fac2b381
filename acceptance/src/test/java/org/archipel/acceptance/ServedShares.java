package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LongSummaryStatistics;
import java.util.Map;

/** What organizations get between two looks at the ledger, all of them with requests waiting. */
final class ServedShares {
  /** Served to two who always have something waiting, at any moment (Goyal, Vin and Cheng 1996). */
  private static final int FAIR_QUEUEING_GAP = 2;

  private final ControlApi control;
  private final Map<String, ControlApi.Completed> before;

  private ServedShares(ControlApi control) {
    this.control = control;
    this.before = control.completedByOrganization();
  }

  static ServedShares from(SiteProcess site) {
    return new ServedShares(site.control());
  }

  /** What each organization completed since. */
  Map<String, ControlApi.Completed> since() {
    Map<String, ControlApi.Completed> since = new HashMap<>();
    control
        .completedByOrganization()
        .forEach(
            (organization, completed) ->
                since.put(
                    organization,
                    completed.since(before.getOrDefault(organization, ControlApi.Completed.NONE))));
    return since;
  }

  /**
   * Requires that organizations with equal weights, who ask for answers of the same length, got the
   * same within the bound of start-time fair queueing. It bounds what is started; what is completed
   * differs by what runs, at both ends.
   *
   * @param atOnce requests that run at once
   * @param tokens of an answer
   */
  static void assertFair(Map<String, ControlApi.Completed> had, int atOnce, int tokens) {
    long gap = FAIR_QUEUEING_GAP + 2L * atOnce;
    LongSummaryStatistics requests =
        had.values().stream().mapToLong(ControlApi.Completed::requests).summaryStatistics();
    assertThat(requests.getMax() - requests.getMin()).as("requests of %s", had).isLessThan(gap);
    LongSummaryStatistics sums =
        had.values().stream().mapToLong(ControlApi.Completed::tokens).summaryStatistics();
    assertThat(sums.getMax() - sums.getMin()).as("tokens of %s", had).isLessThan(gap * tokens);
    double squares =
        had.values().stream().mapToDouble(got -> Math.pow((double) got.tokens(), 2)).sum();
    assertThat(Math.pow((double) sums.getSum(), 2) / (had.size() * squares))
        .as("Jain's index of %s", had)
        .isGreaterThan(0.95);
  }
}
