package org.archipel.simulator.fleet;

/** Where requests come from. What comes does not depend on the policy, except from people. */
interface Arrivals {
  /** When the next one comes; {@link Timetable#NEVER} when none will. */
  long nextNanos();

  /** The one that comes at {@link #nextNanos}; moves on to the one after it. */
  Ticket take();

  /** A request that came from here is over, served or refused. */
  default void over(long now) {}
}
