package org.archipel.scheduling;

/**
 * The right to run one demand on one engine, or at one other site. Made by a {@link Pool} and given
 * back to the same pool exactly once, through {@link Pool#complete}. Compared by identity.
 *
 * <p>Open for implementations of {@link Pool} outside this module, which keep in a subclass what
 * they know of the run.
 */
public class Permit {
  private final String engine;
  private boolean returned;

  protected Permit(String engine) {
    this.engine = engine;
  }

  /** The id of the engine, or of the site that a demand is sent to. */
  public final String engine() {
    return engine;
  }

  /** True the first time it is called; the pool's lock protects it. */
  protected final boolean giveBack() {
    if (returned) {
      return false;
    }
    returned = true;
    return true;
  }

  /** Whether it was given back. */
  protected final boolean returned() {
    return returned;
  }
}
