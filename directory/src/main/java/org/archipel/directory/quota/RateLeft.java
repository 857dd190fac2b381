package org.archipel.directory.quota;

/**
 * What a limit per minute leaves just now.
 *
 * @param limit what it allows in a minute; 0 when there is no such limit
 * @param remaining what could be used at once, at least 0
 * @param resetMillis until nothing of it is used any more
 */
public record RateLeft(long limit, long remaining, long resetMillis) {
  /** There is no such limit. */
  public static final RateLeft NONE = new RateLeft(0, 0, 0);

  /** Whether there is such a limit. */
  public boolean limited() {
    return limit > 0;
  }

  /** The one that leaves less. */
  RateLeft tighter(RateLeft other) {
    if (!limited()) {
      return other;
    }
    return other.limited() && other.remaining < remaining ? other : this;
  }
}
