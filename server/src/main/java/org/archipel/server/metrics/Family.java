package org.archipel.server.metrics;

/**
 * A metric's name and what it means.
 *
 * @param name with {@code archipel_}, and without the {@code _total} that counters get
 * @param help one line for people
 */
record Family(String name, String help) {
  static Family of(String name, String help) {
    return new Family("archipel_" + name, help);
  }
}
