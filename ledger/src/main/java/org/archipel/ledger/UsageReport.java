package org.archipel.ledger;

import java.util.List;
import java.util.Map;

/**
 * Sums of usage records.
 *
 * @param rows ordered by their keys; without grouping exactly one, also when nothing was used
 * @param complete whether every record that was durable when the report was asked for is in it;
 *     false when the store did not keep up in time
 */
public record UsageReport(List<Row> rows, boolean complete) {
  public UsageReport {
    rows = List.copyOf(rows);
  }

  /**
   * One group.
   *
   * @param keys its value in each dimension asked for, in the order of {@link UsageDimension}
   */
  public record Row(Map<UsageDimension, String> keys, Sums sums) {}

  /**
   * The sums of a group, all at least 0.
   *
   * @param requests how many, = completed + cancelled + failed
   * @param promptTokens tokens of prompts, cached ones included
   * @param cachedTokens tokens of prompts that engines had in their caches
   * @param estimated requests whose token counts are estimates
   * @param queuedMicros time spent waiting for engines
   * @param engineMicros time on engines, over all attempts
   * @param audioMillis length of the audio that was read
   * @param microCurrency what it cost, in millionths of the ledger's currency; where the query
   *     groups or filters by {@link UsageDimension#CURRENCY}, of that currency
   */
  public record Sums(
      long requests,
      long completed,
      long cancelled,
      long failed,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      long estimated,
      long queuedMicros,
      long engineMicros,
      long audioMillis,
      long microCurrency) {
    /** Nothing used. */
    public static final Sums NONE = new Sums(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** The sums of both. */
    public Sums plus(Sums other) {
      return new Sums(
          requests + other.requests,
          completed + other.completed,
          cancelled + other.cancelled,
          failed + other.failed,
          promptTokens + other.promptTokens,
          cachedTokens + other.cachedTokens,
          completionTokens + other.completionTokens,
          estimated + other.estimated,
          queuedMicros + other.queuedMicros,
          engineMicros + other.engineMicros,
          audioMillis + other.audioMillis,
          microCurrency + other.microCurrency);
    }
  }
}
