package org.archipel.bench;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The workloads that a comparison knows, in the order in which it runs and shows them. */
final class Workloads {
  private static final Set<TargetKind> STRICT =
      Set.copyOf(EnumSet.complementOf(EnumSet.of(TargetKind.ARCHIPEL_RELAXED)));
  private static final Set<TargetKind> ALL = Set.copyOf(EnumSet.allOf(TargetKind.class));
  private static final int STREAMS = 10_000;

  /** Descriptors of a proxy that are not streams: listeners, engines' probes, files, jars. */
  private static final long SPARE_FILES = 500;

  private Workloads() {}

  /**
   * All of them.
   *
   * @param openFiles descriptors that a target's process may have; a stream takes two
   */
  static List<Workload> all(boolean quick, long openFiles) {
    Duration ramp = Duration.ofSeconds(quick ? 3 : 10);
    return List.of(
        new SteadyWorkload("json", STRICT, "json", 256, 0, Duration.ZERO),
        new SteadyWorkload("json64", ALL, "json", 64, 0, Duration.ZERO),
        new SteadyWorkload("burst", STRICT, "burst", 32, 0, Duration.ZERO),
        // Streams of five seconds that begin evenly over five: first chunks all the time.
        new SteadyWorkload("paced", STRICT, "paced", 500, 250, Duration.ofSeconds(5)),
        new SteadyWorkload("prefill", STRICT, "prefill", 100, 10, Duration.ofMillis(400)),
        new MemoryWorkload("streams", "paced1", streams(openFiles), LoadRequest.BODY_BYTES, ramp),
        new StartWorkload(quick ? 2 : 5),
        new MemoryWorkload("body", "big", 8, 20_000_000, Duration.ZERO));
  }

  static int streams(long openFiles) {
    return (int) Math.max(1, Math.min(STREAMS, (openFiles - SPARE_FILES) / 2));
  }
}
