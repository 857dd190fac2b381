package org.archipel.relay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import java.io.IOException;

/**
 * Takes the usage out of a JSON answer that is not a stream, piece by piece, without keeping it. An
 * answer that is no JSON is left alone.
 */
final class AnswerMeter implements AutoCloseable {
  private final UsageReader reader;
  private final JsonParser parser;
  private boolean readable = true;

  AnswerMeter(TokenCounts counts) {
    this.reader = new UsageReader(counts);
    try {
      this.parser = Json.FACTORY.createNonBlockingByteArrayParser();
    } catch (IOException e) {
      throw new IllegalStateException("Jackson has no parser for pieces", e);
    }
  }

  /** Reads a whole answer at once. */
  static void readWhole(byte[] bytes, int length, TokenCounts counts) {
    try (JsonParser parser = Json.FACTORY.createParser(bytes, 0, length)) {
      new UsageReader(counts).read(parser);
    } catch (IOException e) {
      // No JSON, no usage: the ledger will estimate.
      return;
    }
  }

  /** Reads the next piece. */
  void feed(byte[] bytes, int length) {
    if (!readable) {
      return;
    }
    try {
      ((ByteArrayFeeder) parser.getNonBlockingInputFeeder()).feedInput(bytes, 0, length);
      reader.read(parser);
    } catch (IOException e) {
      readable = false;
    }
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new IllegalStateException("a parser without a source failed to close", e);
    }
  }
}
