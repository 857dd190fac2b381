package org.archipel.scheduling;

import java.util.List;

/**
 * How evenly the organizations that compete for others' engines are served. Only time in which an
 * organization had demands of that kind waiting counts: who asks for little is not treated badly by
 * getting little. Immutable.
 *
 * @param shares what each of them got of what it was entitled to; empty when nobody competed lately
 * @param gap the largest difference of virtual times between two that wait in one class now, in
 *     normalized prompt tokens over weight
 * @param gapBound what start-time fair queueing promises for it: the largest charge of each of the
 *     two over its weight (Goyal, Vin, Cheng: <i>Start-time Fair Queueing</i>, SIGCOMM 1996,
 *     theorem 1)
 */
public record PoolFairness(List<Received> shares, double gap, double gapBound) {
  /** Nobody competed. */
  public static final PoolFairness NONE = new PoolFairness(List.of(), 0, 0);

  /**
   * What an organization received over what it was entitled to: 1 is its fair share.
   *
   * @param organization which one
   * @param minute over the last minute or so
   * @param quarter over the last quarter of an hour or so
   */
  public record Received(String organization, double minute, double quarter) {}

  /** Jain's index of the last minute, 1 when all are served alike, 1/n when one has all. */
  public double jainMinute() {
    return jain(shares.stream().mapToDouble(Received::minute).toArray());
  }

  /** Jain's index of the last quarter of an hour. */
  public double jainQuarter() {
    return jain(shares.stream().mapToDouble(Received::quarter).toArray());
  }

  /** Jain, Chiu, Hawe: <i>A Quantitative Measure of Fairness</i>, DEC TR-301, 1984. */
  private static double jain(double[] received) {
    double sum = 0;
    double squares = 0;
    for (double each : received) {
      sum += each;
      squares += each * each;
    }
    return squares == 0 ? 1 : sum * sum / (received.length * squares);
  }
}
