package org.archipel.directory;

/**
 * A key just made, with its secret: to be shown once and then forgotten.
 *
 * @param key what is known of it from now on
 * @param secret the whole text that a client sends, {@code ark-<id>-<secret>}
 */
public record NewKey(ApiKey key, String secret) {
  /** Without the secret, so that it cannot slip into a log. */
  @Override
  public String toString() {
    return "NewKey[key=" + key + ", secret=…]";
  }
}
