package org.archipel.directory;

import java.util.Locale;

/** What a key may be used for. */
public enum Scope {
  /** Asking models. */
  INFERENCE,
  /** Reading what its project used. */
  USAGE_READ;

  /** The word for it in the API and on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ':');
  }
}
