package org.archipel.scheduling;

import java.util.Collections;
import java.util.List;

/**
 * By how much forecasts of waits were wrong: for demands that were let in although a wait was
 * forecast, the distance between forecast and wait. Immutable.
 *
 * @param counts how many fell at or below each of {@link #BOUNDS} and above the one before, and
 *     above all of them; one more than there are bounds
 * @param seconds the sum of all
 */
public record ForecastErrors(List<Long> counts, double seconds) {
  /** In seconds, growing. */
  public static final List<Double> BOUNDS =
      List.of(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0);

  /** Nothing was forecast. */
  public static final ForecastErrors NONE =
      new ForecastErrors(Collections.nCopies(BOUNDS.size() + 1, 0L), 0);
}
