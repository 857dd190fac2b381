package org.archipel.simulator.fleet.report;

import java.util.Locale;
import org.archipel.simulator.fleet.Estimate;
import org.archipel.simulator.fleet.Metric;

/** Writes figures as people read them. */
public final class Figures {
  private Figures() {}

  /** A value without its unit's name but for seconds; a dash when there is none. */
  public static String text(double value, Metric.Unit unit) {
    if (Double.isNaN(value)) {
      return "-";
    }
    return switch (unit) {
      case SECONDS -> seconds(value);
      case SHARE -> String.format(Locale.ROOT, "%.3f", value);
      case RATE -> String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
      case COUNT -> {
        boolean whole = value >= 100 || value == Math.rint(value);
        yield String.format(Locale.ROOT, whole ? "%.0f" : "%.1f", value);
      }
    };
  }

  /** Mean and margin. */
  public static String text(Estimate estimate, Metric metric) {
    String mean = text(estimate.mean(), metric.unit());
    boolean sure = Double.isNaN(estimate.margin()) || estimate.margin() == 0;
    return sure ? mean : mean + " ±" + text(estimate.margin(), metric.unit());
  }

  private static String seconds(double value) {
    if (value < 0.9995) {
      return String.format(Locale.ROOT, value < 0.0995 ? "%.1f ms" : "%.0f ms", value * 1e3);
    }
    return String.format(Locale.ROOT, value < 99.95 ? "%.2f s" : "%.0f s", value);
  }
}
