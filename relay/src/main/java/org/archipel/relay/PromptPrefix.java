package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.archipel.directory.Caller;
import org.archipel.scheduling.Prefix;

/**
 * Hashes the beginning of a prompt into the chain by which a pool knows it again (scheduling.md
 * §5.2). The bytes of the body stand for the text: what is equal there is equal for the engine.
 *
 * <p>Everything is seeded with the caller's organization, so that nobody can learn from waiting
 * times what another organization asked. At most 64 KiB are read, however long the body is.
 */
final class PromptPrefix {
  private PromptPrefix() {}

  /**
   * The prefix of a request.
   *
   * @param spans where the parts of the prompt stand in the body, in the order of the prompt
   * @param session what the caller says is the same for all requests of a conversation
   */
  static Prefix of(
      String model, Caller caller, ByteBuf body, List<Span> spans, Optional<String> session) {
    long salt = hash(caller.organization(), 0);
    return new Prefix(
        chain(hash(model, salt), body, spans),
        session.map(text -> session(hash(caller.key(), salt), text)).orElse(0L));
  }

  /** A key's sessions are its own; 0 is kept for those without. */
  private static long session(long salt, String text) {
    long hash = hash(text, salt);
    return hash == 0 ? 1 : hash;
  }

  private static long[] chain(long seed, ByteBuf body, List<Span> spans) {
    long[] blocks = new long[blocks(spans)];
    byte[] block = new byte[Prefix.BLOCK_CHARACTERS];
    int made = 0;
    int filled = 0;
    long last = seed;
    for (Span span : spans) {
      int at = span.start();
      while (at < span.end() && made < blocks.length) {
        int count = Math.min(block.length - filled, span.end() - at);
        body.getBytes(body.readerIndex() + at, block, filled, count);
        at += count;
        filled += count;
        if (filled == block.length) {
          last = XxHash64.hash(block, filled, last);
          blocks[made++] = last;
          filled = 0;
        }
      }
    }
    return made == blocks.length ? blocks : Arrays.copyOf(blocks, made);
  }

  /** How many whole blocks there are. */
  private static int blocks(List<Span> spans) {
    long length = 0;
    for (Span span : spans) {
      length += span.end() - span.start();
    }
    return (int) Math.min(Prefix.MAX_BLOCKS, length / Prefix.BLOCK_CHARACTERS);
  }

  private static long hash(String text, long seed) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return XxHash64.hash(bytes, bytes.length, seed);
  }
}
