package org.archipel.relay;

import org.archipel.ledger.UsageRecord;

/** An engine's answer on its way to the client. All calls are on the exchange's event loop. */
sealed interface Answer permits StreamAnswer, PlainAnswer, ErrorAnswer {
  /** A piece of the engine's body; valid during the call, which may change it. */
  void content(byte[] bytes, int start, int end);

  /** All that was there to read has been read. */
  void readComplete();

  /** The engine's body ended as HTTP says it should. */
  void end();

  /** What was consumed so far, as far as anybody knows. */
  UsageRecord.Tokens tokens(long estimatedPrompt);

  /** Tokens of the prompt that the engine says it found in its cache; -1 when it does not say. */
  long cachedTokens();

  /** Milliseconds of the audio that it is about, as the engine says; 0 when it does not say. */
  long audioMillis();

  /** Gives memory back; nothing is called after it. */
  void release();
}
