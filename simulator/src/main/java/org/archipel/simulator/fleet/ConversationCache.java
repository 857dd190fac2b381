package org.archipel.simulator.fleet;

import org.jspecify.annotations.Nullable;

/**
 * An engine's prefix cache: how much of which conversation it still holds. Conversations that a
 * running request uses stay; of the others the least recently used go first.
 */
final class ConversationCache {
  /** Prefixes are found in whole blocks of this many tokens, as in vLLM. */
  static final int BLOCK_TOKENS = 16;

  private @Nullable Entry[] table = new @Nullable Entry[64];
  private int size;
  private long idleTokens;
  // Circular list of entries without users: newest after it, oldest before it.
  private final Entry idle = new Entry(0);

  private static final class Entry {
    final long conversation;
    int tokens;
    int users;
    @Nullable Entry chained;
    @Nullable Entry newer;
    @Nullable Entry older;

    Entry(long conversation) {
      this.conversation = conversation;
    }
  }

  ConversationCache() {
    idle.newer = idle;
    idle.older = idle;
  }

  /** A request of this conversation starts: how many of its {@code reusable} tokens are there. */
  int begin(long conversation, int reusable) {
    if (conversation == 0) {
      return 0;
    }
    Entry entry = find(conversation);
    if (entry == null) {
      entry = add(conversation);
    } else if (entry.users == 0) {
      unlink(entry);
    }
    entry.users++;
    return Math.min(entry.tokens, reusable) / BLOCK_TOKENS * BLOCK_TOKENS;
  }

  /** So many tokens of the conversation were computed. */
  void computed(long conversation, int tokens) {
    Entry entry = conversation == 0 ? null : find(conversation);
    if (entry != null) {
      entry.tokens = Math.max(entry.tokens, tokens);
    }
  }

  /** A request that began is over and leaves so many tokens of its conversation. */
  void end(long conversation, int tokens) {
    Entry entry = conversation == 0 ? null : find(conversation);
    if (entry != null) {
      entry.tokens = Math.max(entry.tokens, tokens);
      if (--entry.users == 0) {
        link(entry);
      }
    }
  }

  /** Forgets until what no request uses takes at most so many tokens. */
  void shrinkTo(long tokens) {
    while (idleTokens > tokens) {
      Entry oldest = idle.older;
      if (oldest == null || oldest == idle) {
        return;
      }
      unlink(oldest);
      drop(oldest);
    }
  }

  /** Tokens that no running request uses. */
  long idleTokens() {
    return idleTokens;
  }

  private void link(Entry entry) {
    Entry newest = idle.newer;
    entry.older = idle;
    entry.newer = newest;
    // The list is circular: its ends are never null.
    if (newest != null) {
      newest.older = entry;
    }
    idle.newer = entry;
    idleTokens += entry.tokens;
  }

  private void unlink(Entry entry) {
    Entry newer = entry.newer;
    Entry older = entry.older;
    if (newer != null && older != null) {
      newer.older = older;
      older.newer = newer;
      idleTokens -= entry.tokens;
    }
    entry.newer = null;
    entry.older = null;
  }

  private @Nullable Entry find(long conversation) {
    Entry entry = table[slot(conversation, table.length)];
    while (entry != null && entry.conversation != conversation) {
      entry = entry.chained;
    }
    return entry;
  }

  private Entry add(long conversation) {
    if (size >= table.length) {
      grow();
    }
    Entry entry = new Entry(conversation);
    int slot = slot(conversation, table.length);
    entry.chained = table[slot];
    table[slot] = entry;
    size++;
    return entry;
  }

  private void drop(Entry entry) {
    int slot = slot(entry.conversation, table.length);
    Entry before = table[slot];
    if (before == entry) {
      table[slot] = entry.chained;
    }
    while (before != null && before != entry) {
      Entry next = before.chained;
      if (next == entry) {
        before.chained = entry.chained;
      }
      before = next;
    }
    size--;
  }

  private void grow() {
    @Nullable Entry[] larger = new @Nullable Entry[table.length * 2];
    for (Entry head : table) {
      Entry entry = head;
      while (entry != null) {
        Entry next = entry.chained;
        int slot = slot(entry.conversation, larger.length);
        entry.chained = larger[slot];
        larger[slot] = entry;
        entry = next;
      }
    }
    table = larger;
  }

  private static int slot(long conversation, int length) {
    return (int) Seeds.mix(conversation) & (length - 1);
  }
}
