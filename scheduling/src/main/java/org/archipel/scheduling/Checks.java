package org.archipel.scheduling;

/** Refuses numbers out of their range, by the name that an operator knows them by. */
final class Checks {
  private Checks() {}

  static void positive(String name, double value) {
    check(value > 0, name, value, "> 0");
  }

  static void notNegative(String name, double value) {
    check(value >= 0, name, value, ">= 0");
  }

  static void share(String name, double value) {
    check(value > 0 && value <= 1, name, value, "> 0 and <= 1");
  }

  private static void check(boolean right, String name, double value, String expected) {
    if (!right) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
