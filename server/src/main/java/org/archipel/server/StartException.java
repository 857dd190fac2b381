package org.archipel.server;

import org.jspecify.annotations.Nullable;

/** A site that cannot start, or a part of it that failed while it did. For the operator to read. */
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A reason to show. */
  public StartException(String message) {
    super(message);
  }

  /** A reason to show, and what lies below it. */
  public StartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
