package org.archipel.simulator.fleet.scenario;

import java.util.List;

/**
 * What a scenario file asks: one scenario or several that differ in something.
 *
 * @param title its name
 * @param question what it is to answer, for people
 * @param variants at least one
 * @param policies those to compare unless the caller says otherwise; empty for all
 * @param seeds how many repetitions unless the caller says otherwise
 */
public record Study(
    String title, String question, List<Variant> variants, List<String> policies, int seeds) {
  public Study {
    variants = List.copyOf(variants);
    policies = List.copyOf(policies);
  }

  /**
   * One of the scenarios.
   *
   * @param name its name in the file, or {@code base}
   * @param x its place on a plot's axis, NaN when it has none
   * @param scenario what is simulated
   */
  public record Variant(String name, double x, Scenario scenario) {}
}
