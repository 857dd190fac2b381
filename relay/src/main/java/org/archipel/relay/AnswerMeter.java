package org.archipel.relay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes the usage out of a JSON answer that is not a stream, piece by piece, without keeping it. An
 * answer that is no JSON is left alone.
 */
final class AnswerMeter implements AutoCloseable {
  private static final byte[] USAGE = "\"usage\":".getBytes(StandardCharsets.US_ASCII);

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

  /**
   * Reads a whole answer at once. Engines put the usage behind the text, so only what follows its
   * name is read, where that turns out to be the end of the answer's own object.
   */
  static void readWhole(byte[] bytes, int length, TokenCounts counts) {
    int usage = lastUsage(bytes, length);
    if (usage > 0) {
      byte before = bytes[usage - 1];
      bytes[usage - 1] = '{';
      // Apart, since it may be the usage of something inside the answer, made up by a model.
      TokenCounts own = new TokenCounts();
      boolean read = read(bytes, usage - 1, length, own);
      bytes[usage - 1] = before;
      if (read) {
        counts.takeAll(own);
        return;
      }
    }
    // Otherwise no JSON or no usage: the ledger will estimate.
    read(bytes, 0, length, counts);
  }

  private static boolean read(byte[] bytes, int from, int end, TokenCounts counts) {
    try (JsonParser parser = Json.FACTORY.createParser(bytes, from, end - from)) {
      new UsageReader(counts).read(parser);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Where {@code "usage"} stands last as a field's name, or -1. */
  private static int lastUsage(byte[] bytes, int length) {
    for (int i = length - USAGE.length; i > 0; i--) {
      // In a text the quotes would be escaped.
      if (bytes[i] == '"'
          && bytes[i - 1] != '\\'
          && Arrays.equals(bytes, i, i + USAGE.length, USAGE, 0, USAGE.length)) {
        return i;
      }
    }
    return -1;
  }

  /** Reads the next piece. */
  void feed(byte[] bytes, int start, int end) {
    if (!readable) {
      return;
    }
    try {
      ((ByteArrayFeeder) parser.getNonBlockingInputFeeder()).feedInput(bytes, start, end);
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
