package org.archipel.server.cli;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.archipel.simulator.fleet.Experiment;
import org.archipel.simulator.fleet.Progress;

/** Tells on the error stream how far simulations are, when they take long. */
final class SimulationProgress implements Experiment.Listener {
  private static final Duration OFTEN = Duration.ofSeconds(2);

  private final PrintWriter err;
  private final Clock clock;
  private Instant told;

  SimulationProgress(PrintWriter err, Clock clock) {
    this.err = err;
    this.clock = clock;
    this.told = clock.instant();
  }

  @Override
  public Progress begins(int done, int all, String variant, String policy, long seed) {
    Instant start = clock.instant();
    return (virtual, duration) -> {
      Instant now = clock.instant();
      if (Duration.between(told, now).compareTo(OFTEN) >= 0) {
        told = now;
        double real = Duration.between(start, now).toNanos();
        err.println(
            String.format(
                Locale.ROOT,
                "archipel: simulation %d of %d: %s, %s, seed %d: %.0f of %.0f s, %.0f x real time",
                done + 1,
                all,
                variant,
                policy,
                seed,
                virtual / 1e9,
                duration / 1e9,
                virtual / Math.max(1, real)));
      }
    };
  }
}
