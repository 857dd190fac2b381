package org.archipel.directory.quota;

import java.util.Locale;

/** Where in the directory a quota stands, from the widest to the narrowest. */
public enum QuotaLevel {
  ORGANIZATION,
  /** What the consortium allows an organization, beside its own quota. */
  ENTITLEMENT,
  PROJECT,
  KEY;

  /** The word for it in the API, messages and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
