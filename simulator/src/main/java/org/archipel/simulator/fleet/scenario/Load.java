package org.archipel.simulator.fleet.scenario;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How many requests come when, from all organizations together.
 *
 * @param ratePerSecond mean number of requests a second
 * @param diurnal how the day changes it
 * @param bursts how it comes in bursts
 * @param trace the file from which arrivals and lengths are taken instead, if any
 */
public record Load(
    double ratePerSecond, Diurnal diurnal, Bursts bursts, Optional<TraceSpec> trace) {
  /**
   * The rate times {@code 1 + amplitude × sin(2π t / period)}.
   *
   * @param periodNanos over 0
   * @param amplitude 0 to 1
   */
  public record Diurnal(long periodNanos, double amplitude) {}

  /**
   * Every so often, at a phase of its own for each organization, the rate is multiplied.
   *
   * @param everyNanos over 0
   * @param lengthNanos how long, at most {@code everyNanos}
   * @param factor on the rate in that time
   */
  public record Bursts(long everyNanos, long lengthNanos, double factor) {}

  /**
   * A file of arrivals.
   *
   * @param file where it lies
   * @param form how it is written
   * @param speed how many times faster than recorded it is played
   */
  public record TraceSpec(Path file, Form form, double speed) {}

  /** How a trace is written. */
  public enum Form {
    /** CSV with {@code TIMESTAMP,ContextTokens,GeneratedTokens}. */
    AZURE,
    /** JSON lines with {@code timestamp}, {@code input_length}, {@code output_length}, hashes. */
    MOONCAKE
  }

  static Load read(Keys group, Path folder, Optional<Path> override) {
    try (group) {
      Load load =
          new Load(
              group.number("rate", 0, 1_000_000, 1),
              diurnal(group.group("diurnal")),
              bursts(group.group("bursts")),
              group.has("trace")
                  ? Optional.of(trace(group.group("trace"), folder, override))
                  : Optional.empty());
      // Read by the organizations, each with its own over it.
      group.groupNode("requests");
      return load;
    }
  }

  private static Diurnal diurnal(Keys group) {
    try (group) {
      return new Diurnal(group.nanos("period", 1, 86_400), group.number("amplitude", 0, 1, 0));
    }
  }

  private static Bursts bursts(Keys group) {
    try (group) {
      Bursts bursts =
          new Bursts(
              group.nanos("every", 1, 60),
              group.nanos("length", 0, 0),
              group.number("factor", 0, 1000, 1));
      if (bursts.lengthNanos > bursts.everyNanos) {
        group.report("length", "longer than every (expected: at most that)");
      }
      return bursts;
    }
  }

  private static TraceSpec trace(Keys group, Path folder, Optional<Path> override) {
    try (group) {
      Map<String, Form> forms = new LinkedHashMap<>();
      forms.put("azure", Form.AZURE);
      forms.put("mooncake", Form.MOONCAKE);
      String file = group.text("file", "");
      if (file.isBlank() && override.isEmpty()) {
        group.report("file", "missing (expected: a path, from the scenario's folder)");
      }
      Form form = group.choice("form", forms, Form.AZURE);
      double speed = group.number("speed", 1e-3, 1e4, 1);
      return new TraceSpec(override.orElseGet(() -> resolve(group, folder, file)), form, speed);
    }
  }

  private static Path resolve(Keys group, Path folder, String file) {
    try {
      return folder.resolve(file);
    } catch (java.nio.file.InvalidPathException e) {
      group.report("file", "not a path");
      return folder;
    }
  }
}
