package org.archipel.control.catalog;

import java.util.Optional;

/**
 * An engine that was added at run time.
 *
 * @param draft what it is
 * @param sealedApiKey its API key, which only the site's key opens
 * @param made where it comes from
 */
public record StoredEngine(EngineDraft draft, Optional<String> sealedApiKey, Made made) {
  /** Whether requests to it carry a key. */
  public boolean hasApiKey() {
    return sealedApiKey.isPresent();
  }

  /** What its API key is sealed for. */
  static String purpose(String id) {
    return "engine:" + id;
  }

  @Override
  public String toString() {
    return "StoredEngine[" + draft.id() + ", version " + made.version() + "]";
  }
}
