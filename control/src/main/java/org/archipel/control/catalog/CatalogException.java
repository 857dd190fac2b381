package org.archipel.control.catalog;

/** The catalog refuses a change or does not know a name. The message is made for people. */
public final class CatalogException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why. */
  public enum Kind {
    /** A value has not the form it must have. */
    INVALID,
    /** A name is taken, or something else is in the way. */
    CLASH,
    /** There is none of that name. */
    NOT_FOUND,
    /** The configuration file says it, or the engine itself: only there it can be changed. */
    READ_ONLY,
    /** Somebody else changed it meanwhile. */
    CONFLICT_VERSION,
    /** The engine was asked, and cannot do what is wanted of it. */
    UNFIT
  }

  private final Kind kind;

  CatalogException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }
}
