package org.archipel.control.oidc;

/**
 * What is remembered of somebody who is at the provider. It waits in the browser, sealed: so
 * nothing has to be stored for strangers, and only the browser that began can end it.
 *
 * @param provider the provider's id
 * @param state by which the way back is known
 * @param nonce by which the token is known to be for this attempt
 * @param verifier by which the code is of use to us alone (PKCE)
 * @param returnTo a path of ours, where to go then
 * @param atMillis when it began
 */
public record Attempt(
    String provider, String state, String nonce, String verifier, String returnTo, long atMillis) {
  private static final String BETWEEN = "\n";

  /** As text, to be sealed. */
  public String text() {
    return String.join(
        BETWEEN, provider, state, nonce, verifier, returnTo, Long.toString(atMillis));
  }

  /** Reads what {@link #text} wrote and this site sealed. */
  public static Attempt parse(String text) {
    String[] parts = text.split(BETWEEN, -1);
    return new Attempt(parts[0], parts[1], parts[2], parts[3], parts[4], Long.parseLong(parts[5]));
  }

  @Override
  public String toString() {
    return "Attempt[" + provider + "]";
  }
}
