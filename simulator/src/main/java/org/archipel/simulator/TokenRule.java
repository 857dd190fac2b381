package org.archipel.simulator;

/**
 * How simulated engines count tokens: four characters (UTF-16 units) are one token, a last shorter
 * piece counts too. A chat message costs {@value #PER_MESSAGE} more for its role, an image {@value
 * #PER_IMAGE}; tool definitions count as their compact JSON text.
 */
public final class TokenRule {
  /** Characters in a token. */
  public static final int CHARACTERS = 4;

  /** Tokens that a chat message costs beside its text. */
  public static final int PER_MESSAGE = 4;

  /** Tokens that an image in a prompt costs. */
  public static final int PER_IMAGE = 256;

  private TokenRule() {}

  /** Tokens of a text. */
  public static int count(CharSequence text) {
    return count(text.length());
  }

  static int count(int characters) {
    return (characters + CHARACTERS - 1) / CHARACTERS;
  }
}
