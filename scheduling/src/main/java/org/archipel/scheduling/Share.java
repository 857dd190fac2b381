package org.archipel.scheduling;

/**
 * What an organization may have of the engines of others.
 *
 * @param weight the agreed share, relative to those of the others, over 0
 * @param contribution the factor of what it gave over what it took, over 0; 1 is neutral
 */
public record Share(double weight, double contribution) {
  /** Of an organization with which nothing was agreed. */
  public static final Share EQUAL = new Share(1, 1);

  public Share {
    if (!(weight > 0) || !(contribution > 0)) {
      throw new IllegalArgumentException(
          "share: %s x %s (expected: both > 0)".formatted(weight, contribution));
    }
  }
}
