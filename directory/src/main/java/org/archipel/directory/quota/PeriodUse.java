package org.archipel.directory.quota;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was used in the last few days, or months, of one account. Not thread-safe.
 *
 * <p>A request belongs to the period in which it arrived, as in the ledger, whatever the clock does
 * meanwhile: a clock that is set back finds the earlier period as it was left, and the later one
 * again when it gets there once more.
 */
final class PeriodUse {
  private static final int KEPT = 4;

  /** The sums of one period. */
  static final class Sums {
    final long period;

    /** What earlier processes used, as the ledger tells. */
    long baseTokens;

    long baseMicroCurrency;
    long tokens;
    long microCurrency;
    long reservedTokens;
    long reservedMicroCurrency;

    /** Bits of warnings that were given, by {@link Account}. */
    int warned;

    private long touched;

    Sums(long period) {
      this.period = period;
    }

    long used(boolean money) {
      return money ? baseMicroCurrency + microCurrency : baseTokens + tokens;
    }

    long reserved(boolean money) {
      return money ? reservedMicroCurrency : reservedTokens;
    }

    private boolean idle() {
      return reservedTokens == 0 && reservedMicroCurrency == 0;
    }
  }

  private final List<Sums> kept = new ArrayList<>(1);
  private @Nullable Sums last;
  private long touches;

  /** The sums of a period, which begin at nothing. */
  Sums at(long period) {
    Sums recent = last;
    if (recent != null && recent.period == period) {
      return recent;
    }
    Sums found = find(period);
    found.touched = ++touches;
    last = found;
    return found;
  }

  /** The periods that are known. */
  List<Sums> all() {
    return kept;
  }

  private Sums find(long period) {
    for (Sums sums : kept) {
      if (sums.period == period) {
        return sums;
      }
    }
    if (kept.size() >= KEPT) {
      forgetOldest();
    }
    Sums begun = new Sums(period);
    kept.add(begun);
    return begun;
  }

  /** The one not touched for longest: the clock may have been wrong, so the number says nothing. */
  private void forgetOldest() {
    Sums oldest = null;
    for (Sums sums : kept) {
      if (sums.idle() && (oldest == null || sums.touched < oldest.touched)) {
        oldest = sums;
      }
    }
    if (oldest != null) {
      kept.remove(oldest);
    }
  }
}
