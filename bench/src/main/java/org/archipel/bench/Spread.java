package org.archipel.bench;

import java.util.List;

/** The middle and the ends of some repeated measurement. */
record Spread(double median, double min, double max) {
  /**
   * Sums up at least one value; the median of an even number is the mean of the middle two.
   *
   * @throws IllegalArgumentException if there is no value
   */
  static Spread of(List<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("values: none (expected: at least one)");
    }
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Spread(median, sorted.getFirst(), sorted.getLast());
  }
}
