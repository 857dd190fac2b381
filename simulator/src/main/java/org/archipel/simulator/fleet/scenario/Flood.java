package org.archipel.simulator.fleet.scenario;

/**
 * A time in which an organization asks for more.
 *
 * @param fromNanos its beginning
 * @param toNanos its end
 * @param factor on the organization's rate
 */
public record Flood(long fromNanos, long toNanos, double factor) {
  static Flood read(Keys group) {
    try (group) {
      Flood flood =
          new Flood(
              group.nanos("from", 0, 0),
              group.nanos("to", 0, Keys.MAX_SECONDS),
              group.number("factor", 0, 1000, 1));
      if (flood.toNanos <= flood.fromNanos) {
        group.report("to", "not after from (expected: a later time)");
      }
      return flood;
    }
  }
}
