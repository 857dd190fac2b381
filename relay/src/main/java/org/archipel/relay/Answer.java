package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import org.archipel.ledger.UsageRecord;

/**
 * An engine's answer on its way to the client. All calls are on the exchange's event loop; buffers
 * that are passed in stay the caller's.
 */
sealed interface Answer permits StreamAnswer, PlainAnswer, ErrorAnswer {
  /** Whether an engine answers with a stream of events. */
  static boolean eventStream(HttpResponse head) {
    return head.headers()
        .get(HttpHeaderNames.CONTENT_TYPE, "")
        .regionMatches(true, 0, "text/event-stream", 0, 17);
  }

  /** A piece of the engine's body. */
  void content(ByteBuf piece);

  /** All that was there to read has been read. */
  void readComplete();

  /** The engine's body ended as HTTP says it should. */
  void end();

  /** What was consumed so far, as far as anybody knows. */
  UsageRecord.Tokens tokens(long estimatedPrompt);

  /** Tokens of the prompt that the engine says it found in its cache; -1 when it does not say. */
  long cachedTokens();

  /** Gives memory back; nothing is called after it. */
  void release();
}
