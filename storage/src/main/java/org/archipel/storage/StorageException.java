package org.archipel.storage;

/**
 * The database cannot do what was asked. The message is made for an operator: it names the database
 * and what is wrong with it, and never holds a stored value or a password.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is wrong, for callers that act on it. */
  public enum Kind {
    /** The URL or the path cannot be used: somebody must change the configuration. */
    CONFIGURATION,
    /** Somebody else kept a lock or all connections too long. Trying again later may help. */
    BUSY,
    /**
     * The database server cannot be reached, or was lost on the way. Trying again later may help. A
     * write that was lost just as it was committed may be there.
     */
    AWAY,
    /** The disk is full. Nothing of the transaction was written. */
    FULL,
    /** It is not a database or is damaged: it must be restored. */
    DAMAGED,
    /** The tables do not fit this program: newer, tampered with, or a migration failed. */
    SCHEMA,
    /** The database was closed. */
    CLOSED,
    /** Anything else. */
    FAILED
  }

  private final Kind kind;

  StorageException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  StorageException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }
}
