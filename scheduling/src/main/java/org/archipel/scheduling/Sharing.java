package org.archipel.scheduling;

/**
 * The clock of one level of start-time fair queueing (Goyal, Vin and Cheng 1996): the virtual time
 * at which those who come now begin. With token cost as service this is the virtual token counter
 * of OSDI'24 with weights. It never goes back. Not thread-safe.
 */
final class Sharing {
  private double now;

  double now() {
    return now;
  }

  /** Where somebody begins who was idle: past idleness is not hoarded. */
  double lifted(double virtualTime) {
    return Math.max(virtualTime, now);
  }

  /**
   * Somebody is served.
   *
   * @param least the least virtual time of all who are active, the one served among them
   */
  void served(double least) {
    now = Math.max(now, least);
  }
}
