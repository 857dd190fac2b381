package org.archipel.simulator.fleet.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.archipel.simulator.fleet.Estimate;

/** Plots as SVG, in the colours of the page they stand in. */
final class Plot {
  private static final int WIDTH = 640;
  private static final int LABELS = 130;
  private static final int ROW = 24;
  private static final int HEIGHT = 280;
  private static final int EDGE = 48;

  /**
   * A bar or a point.
   *
   * @param label whose it is
   * @param colour the number of its colour
   * @param estimate its value
   * @param text its value for people
   */
  record Bar(String label, int colour, Estimate estimate, String text) {}

  /**
   * A line.
   *
   * @param label whose it is
   * @param colour the number of its colour
   * @param x where its points are, ascending
   * @param points their values
   */
  record Line(String label, int colour, List<Double> x, List<Estimate> points) {}

  private Plot() {}

  /** Horizontal bars with their confidence intervals; on a logarithmic axis if asked. */
  static String bars(String title, List<Bar> bars, boolean logarithmic) {
    double low = 0;
    double high = 0;
    for (Bar bar : bars) {
      double top = bar.estimate.mean() + margin(bar.estimate);
      high = Double.isNaN(top) ? high : Math.max(high, top);
    }
    if (logarithmic) {
      low = high;
      for (Bar bar : bars) {
        low = bar.estimate.mean() > 0 ? Math.min(low, bar.estimate.mean()) : low;
      }
      low = Math.pow(10, Math.floor(Math.log10(Math.max(low, 1e-6)) - 0.3));
    }
    DoubleUnaryOperator scale = scale(low, high, logarithmic, LABELS, WIDTH - 110);
    int height = bars.size() * ROW + 8;
    StringBuilder out = open(title, height);
    for (int i = 0; i < bars.size(); i++) {
      bar(out, bars.get(i), i * ROW + 6, scale);
    }
    return out.append("</svg>\n").toString();
  }

  private static void bar(StringBuilder out, Bar bar, int top, DoubleUnaryOperator scale) {
    text(out, LABELS - 8, top + 12, "end", bar.label);
    if (bar.estimate.runs() == 0) {
      text(out, LABELS + 4, top + 12, "start", "–");
      return;
    }
    double end = scale.applyAsDouble(bar.estimate.mean());
    out.append(
        format(
            "<rect class=\"c%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\" rx=\"2\"/>",
            bar.colour, LABELS, top, Math.max(1, end - LABELS)));
    double margin = margin(bar.estimate);
    double right = scale.applyAsDouble(bar.estimate.mean() + margin);
    if (margin > 0) {
      double left = scale.applyAsDouble(Math.max(0, bar.estimate.mean() - margin));
      out.append(
          format(
              "<path class=\"ci\" d=\"M%.1f %dH%.1fM%.1f %dv8M%.1f %dv8\"/>",
              left, top + 8, right, left, top + 4, right, top + 4));
    }
    text(out, Math.max(end, right) + 6, top + 12, "start", bar.text);
  }

  /** Lines over a common axis. */
  static String lines(String title, List<Line> lines, boolean logarithmic) {
    double[] range = range(lines, logarithmic);
    DoubleUnaryOperator across = scale(range[0], range[1], false, EDGE, WIDTH - 20);
    DoubleUnaryOperator up = scale(range[2], range[3], logarithmic, HEIGHT - 30, 12);
    StringBuilder out = open(title, HEIGHT);
    for (double tick : ticks(range[2], range[3], logarithmic)) {
      double y = up.applyAsDouble(tick);
      out.append(format("<path class=\"grid\" d=\"M%d %.1fH%d\"/>", EDGE, y, WIDTH - 20));
      text(out, EDGE - 6, y + 4, "end", plain(tick));
    }
    for (double tick : lines.isEmpty() ? List.<Double>of() : lines.getFirst().x) {
      text(out, across.applyAsDouble(tick), HEIGHT - 12, "middle", plain(tick));
    }
    for (Line line : lines) {
      line(out, line, across, up);
    }
    return out.append("</svg>\n").toString();
  }

  private static void line(
      StringBuilder out, Line line, DoubleUnaryOperator across, DoubleUnaryOperator up) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < line.points.size(); i++) {
      Estimate point = line.points.get(i);
      if (point.runs() > 0) {
        double x = across.applyAsDouble(line.x.get(i));
        double y = up.applyAsDouble(point.mean());
        path.append(format("%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
        out.append(
            format(
                "<circle class=\"c%d\" cx=\"%.1f\" cy=\"%.1f\" r=\"3\"><title>%s</title></circle>",
                line.colour, x, y, escape(line.label)));
      }
    }
    out.append(format("<path class=\"l%d line\" d=\"%s\"/>", line.colour, path));
  }

  private static double[] range(List<Line> lines, boolean logarithmic) {
    double[] range = {Double.MAX_VALUE, -Double.MAX_VALUE, Double.MAX_VALUE, 0};
    for (Line line : lines) {
      for (int i = 0; i < line.points.size(); i++) {
        double y = line.points.get(i).mean();
        range[0] = Math.min(range[0], line.x.get(i));
        range[1] = Math.max(range[1], line.x.get(i));
        if (y > 0) {
          range[2] = Math.min(range[2], y);
          range[3] = Math.max(range[3], y);
        }
      }
    }
    if (range[3] == 0) {
      range[2] = 0.1;
      range[3] = 1;
    }
    range[2] = logarithmic ? Math.pow(10, Math.floor(Math.log10(range[2]))) : 0;
    return range;
  }

  private static List<Double> ticks(double low, double high, boolean logarithmic) {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      for (double tick = low; tick <= high * 1.001; tick *= 10) {
        ticks.add(tick);
      }
    } else {
      for (int i = 0; i <= 4; i++) {
        ticks.add(low + (high - low) * i / 4);
      }
    }
    return ticks;
  }

  private static DoubleUnaryOperator scale(
      double low, double high, boolean logarithmic, double from, double to) {
    double top = high > low ? high : low + 1;
    if (!logarithmic) {
      return value -> from + (Math.min(value, top) - low) / (top - low) * (to - from);
    }
    double span = Math.log(top / low);
    return value -> from + Math.log(Math.max(value, low) / low) / span * (to - from);
  }

  private static double margin(Estimate estimate) {
    return Double.isNaN(estimate.margin()) ? 0 : estimate.margin();
  }

  private static StringBuilder open(String title, int height) {
    return new StringBuilder()
        .append("<h4>")
        .append(escape(title))
        .append("</h4>\n")
        .append(format("<svg viewBox=\"0 0 %d %d\" role=\"img\" ", WIDTH, height))
        .append("aria-label=\"")
        .append(escape(title))
        .append("\">");
  }

  private static void text(StringBuilder out, double x, double y, String anchor, String text) {
    out.append(format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor))
        .append(escape(text))
        .append("</text>");
  }

  private static String plain(double value) {
    return new BigDecimal(value, new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
