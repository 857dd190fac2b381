package org.archipel.simulator.fleet;

/** Hears how far a simulation is. */
public interface Progress {
  /** Nobody listens. */
  Progress NONE = (_, _) -> {};

  /**
   * Called about every 10 s of virtual time.
   *
   * @param virtualNanos how far it is
   * @param durationNanos until when requests arrive
   */
  void at(long virtualNanos, long durationNanos);
}
