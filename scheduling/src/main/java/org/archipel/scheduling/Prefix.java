package org.archipel.scheduling;

/**
 * The beginning of a prompt as a chain of hashes, by which a pool recognizes what an engine has in
 * its cache. Never the text itself. Immutable; the array is not copied and must not be changed.
 *
 * <p>Block {@code i} hashes everything up to the end of the i-th block of {@link #BLOCK_CHARACTERS}
 * characters, seeded with model and organization, so that equal beginnings of two organizations
 * stay unknown to each other (scheduling.md §5.2, after llm-d's approximate prefix cache).
 *
 * @param blocks the chain, at most {@link #MAX_BLOCKS} long
 * @param session a hash of the conversation's id when the caller sent one, else 0: demands of one
 *     session go to the engine of the one before also when the chain is too short to tell
 */
public record Prefix(long[] blocks, long session) {
  /** Characters in a block, about 64 tokens. */
  public static final int BLOCK_CHARACTERS = 256;

  /** Tokens in a block, about. */
  public static final int BLOCK_TOKENS = 64;

  /** Longest chain: 64 Ki characters. */
  public static final int MAX_BLOCKS = 256;

  /** Nothing is known. */
  public static final Prefix NONE = new Prefix(new long[0], 0);
}
