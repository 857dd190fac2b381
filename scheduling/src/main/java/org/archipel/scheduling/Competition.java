package org.archipel.scheduling;

/**
 * What an organization received of others' engines while it wanted more, beside what it was
 * entitled to, in normalized prompt tokens. Not thread-safe.
 */
final class Competition {
  private double received;
  private double largestCharge;
  private boolean waitedBefore;
  private double minuteReceived;
  private double minuteEntitled;
  private double quarterReceived;
  private double quarterEntitled;

  /** It was charged so much, or less when it is a refund. */
  void charged(double cost) {
    received += cost;
    largestCharge = Math.max(largestCharge, cost);
  }

  /** Since it was last looked at; refunds of earlier runs count as nothing. */
  double received() {
    return Math.max(0, received);
  }

  /** The most that it was ever charged at once. */
  double largestCharge() {
    return largestCharge;
  }

  /** Whether it waited at the last look and does so now. */
  boolean competed(Tenant own) {
    return waitedBefore && own.externalWaiting() > 0;
  }

  /**
   * Goes on to the next look.
   *
   * @param entitled what its weight entitled it to since the last one
   * @param minute what remains of the last minute
   * @param quarter what remains of the last quarter of an hour
   */
  void pass(Tenant own, double entitled, double minute, double quarter) {
    boolean counts = competed(own);
    double got = counts ? received() : 0;
    double due = counts ? entitled : 0;
    minuteReceived = minuteReceived * minute + got;
    minuteEntitled = minuteEntitled * minute + due;
    quarterReceived = quarterReceived * quarter + got;
    quarterEntitled = quarterEntitled * quarter + due;
    received = 0;
    waitedBefore = own.externalWaiting() > 0;
  }

  double entitledLately() {
    return minuteEntitled;
  }

  double minuteShare() {
    return minuteReceived / minuteEntitled;
  }

  double quarterShare() {
    return quarterReceived / quarterEntitled;
  }
}
