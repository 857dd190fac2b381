package org.archipel.control.census;

/**
 * A device of an organization.
 *
 * @param device its canonical name
 * @param known whether its speed is known
 * @param declared how many the organization says that it has
 * @param live how many are under engines that this site knows
 * @param liveUp how many of those are under engines that answer now
 * @param wanted how many it wants
 */
public record DeviceLine(
    String device, boolean known, long declared, long live, long liveUp, long wanted) {
  DeviceLine plus(DeviceLine other) {
    return new DeviceLine(
        device,
        known,
        declared + other.declared,
        live + other.live,
        liveUp + other.liveUp,
        wanted + other.wanted);
  }
}
