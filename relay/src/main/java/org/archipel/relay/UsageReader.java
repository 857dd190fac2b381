package org.archipel.relay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;

/**
 * Watches the tokens of one JSON document and takes the usage out of it: {@code usage} at the top,
 * in {@code response} (Responses API) or in {@code message} (Messages API), and llama.cpp's {@code
 * timings.cache_n}; and of a transcription how long the audio was ({@code usage.seconds}, or {@code
 * duration} at the top of verbose ones). Works on a parser that gets its bytes piece by piece as
 * well as on a whole document.
 */
final class UsageReader {
  private static final int MAX_DEPTH = 5;

  private final TokenCounts counts;
  private final String[] names = new String[MAX_DEPTH + 1];
  private int depth;
  private Span usage = Span.NONE;
  private int usageStart;
  private boolean choicesEmpty;
  private boolean error;

  UsageReader(TokenCounts counts) {
    this.counts = counts;
    Arrays.fill(names, "");
  }

  /** Reads on, until the document ends or the parser has no more bytes. */
  void read(JsonParser parser) throws IOException {
    JsonToken token;
    while ((token = parser.nextToken()) != null && token != JsonToken.NOT_AVAILABLE) {
      switch (token) {
        case START_OBJECT, START_ARRAY -> enter(parser, token);
        case END_OBJECT, END_ARRAY -> leave(parser, token);
        case FIELD_NAME -> {
          if (depth <= MAX_DEPTH) {
            names[depth] = parser.currentName();
          }
        }
        case VALUE_NUMBER_INT -> {
          number(parser);
          audio(parser);
        }
        case VALUE_NUMBER_FLOAT -> audio(parser);
        default -> {}
      }
    }
  }

  /** Where the value of the top-level {@code usage} stands, when it is an object. */
  Span usage() {
    return usage;
  }

  /** Whether {@code choices} is there and empty, as in a chunk that only carries usage. */
  boolean choicesEmpty() {
    return choicesEmpty;
  }

  /** Whether there is a top-level {@code error} object. */
  boolean error() {
    return error;
  }

  private void enter(JsonParser parser, JsonToken token) {
    if (depth == 1 && token == JsonToken.START_OBJECT) {
      if (names[1].equals("usage")) {
        usageStart = (int) parser.currentTokenLocation().getByteOffset();
      }
      error |= names[1].equals("error");
    }
    if (depth == 1 && token == JsonToken.START_ARRAY && names[1].equals("choices")) {
      choicesEmpty = true;
    } else if (depth == 2 && names[1].equals("choices")) {
      choicesEmpty = false;
    }
    depth++;
    if (depth <= MAX_DEPTH) {
      // The elements of an array have no names of their own.
      names[depth] = "";
    }
  }

  private void leave(JsonParser parser, JsonToken token) {
    depth--;
    if (depth == 1 && token == JsonToken.END_OBJECT && names[1].equals("usage")) {
      usage = new Span(usageStart, (int) parser.currentLocation().getByteOffset());
    }
  }

  private void number(JsonParser parser) throws IOException {
    if (depth < 2 || depth > MAX_DEPTH) {
      return;
    }
    if (depth == 2 && names[1].equals("timings") && names[2].equals("cache_n")) {
      counts.take("cache_n", longOf(parser));
      return;
    }
    int base = usageDepth();
    if (base < 0) {
      return;
    }
    if (depth == base + 1) {
      counts.take(names[depth], longOf(parser));
    } else if (depth == base + 2
        && names[base + 1].endsWith("_tokens_details")
        && names[depth].equals("cached_tokens")) {
      counts.take("cached_tokens", longOf(parser));
    }
  }

  private void audio(JsonParser parser) throws IOException {
    boolean usageSeconds = depth == 2 && names[1].equals("usage") && names[2].equals("seconds");
    if (usageSeconds || (depth == 1 && names[1].equals("duration"))) {
      counts.takeAudio(parser.getDoubleValue());
    }
  }

  private int usageDepth() {
    if (names[1].equals("usage")) {
      return 1;
    }
    boolean inside = names[1].equals("response") || names[1].equals("message");
    return inside && names[2].equals("usage") ? 2 : -1;
  }

  private static long longOf(JsonParser parser) throws IOException {
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : parser.getLongValue();
  }
}
