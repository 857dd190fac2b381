package org.archipel.simulator.fleet;

import java.util.HashMap;
import java.util.Map;

/**
 * Finds conversations in chains of block hashes: a prompt belongs to the conversation whose last
 * prompt shares most of its beginning. One block alone, a common system prompt, makes none.
 */
final class Conversations {
  /** Tokens in a block of Mooncake's traces. */
  static final int BLOCK_TOKENS = 512;

  private final Map<Long, Long> owners = new HashMap<>();
  private long begun;

  /** What a prompt with these blocks asks for. */
  Ticket.Ask place(int prompt, int output, long[] hashes) {
    int shared = 0;
    while (shared < hashes.length && owners.containsKey(hashes[shared])) {
      shared++;
    }
    long conversation;
    if (shared >= 2) {
      conversation = owners.getOrDefault(hashes[shared - 1], 0L);
    } else {
      shared = 0;
      conversation = Seeds.mix(++begun) | 1;
    }
    for (int i = 1; i < hashes.length; i++) {
      owners.put(hashes[i], conversation);
    }
    if (hashes.length > 0) {
      owners.putIfAbsent(hashes[0], conversation);
    }
    return new Ticket.Ask(prompt, output, conversation, Math.min(prompt, shared * BLOCK_TOKENS));
  }
}
