package org.archipel.directory;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * How the requests of a key name the person behind them: by a token that the key's application
 * signs with a secret that it shares with this site.
 *
 * @param sealed the secret, sealed with the site's key: worth nothing to who has only the database
 * @param required whether a request that names nobody is refused
 */
public record UserProof(String sealed, boolean required) {
  private static final int SHOWN_BYTES = 4;

  /** What the audit log says of it: that a secret was changed can be seen, and nothing of it. */
  String described() {
    byte[] hash = KeyText.sha256().digest(sealed.getBytes(StandardCharsets.US_ASCII));
    return word() + " " + HexFormat.of().formatHex(hash, 0, SHOWN_BYTES);
  }

  /** {@code required} or {@code optional}. */
  public String word() {
    return required ? "required" : "optional";
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "UserProof[" + word() + "]";
  }
}
