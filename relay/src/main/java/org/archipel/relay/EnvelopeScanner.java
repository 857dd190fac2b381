package org.archipel.relay;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the few top-level fields of a JSON body that the relay needs and remembers where they
 * stand. The whole body is checked to be JSON on the way; everything else in it is skipped.
 *
 * <p>A field that is read here may stand only once: parsers disagree on which of two counts, and a
 * caller must not name one model to us and another one to the engine.
 */
final class EnvelopeScanner {
  private static final Set<String> FIELDS =
      Set.of(
          "model",
          "stream",
          "stream_options",
          "encoding_format",
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens");

  private final JsonParser parser;
  private final Set<String> seen = new HashSet<>();
  private Optional<String> model = Optional.empty();
  private Span modelSpan = Span.NONE;
  private int bodyStart;
  private boolean stream;
  private RequestEnvelope.StreamOptions streamOptions = RequestEnvelope.StreamOptions.ABSENT;
  private Optional<String> encodingFormat = Optional.empty();
  private int maxTokens = -1;

  private EnvelopeScanner(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * Reads one body.
   *
   * @throws RefusedException when it is not JSON, not an object, or names no model
   */
  static RequestEnvelope scan(JsonParser parser) throws RefusedException {
    try (parser) {
      return new EnvelopeScanner(parser).scan();
    } catch (JacksonException e) {
      long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
      String where = at < 0 ? "" : " near byte " + at;
      throw new RefusedException(
          Failure.of(ErrorCode.INVALID_JSON, "the body is not valid JSON" + where));
    } catch (IOException e) {
      throw new RefusedException(
          Failure.of(ErrorCode.INVALID_JSON, "the body could not be read as JSON"));
    }
  }

  private RequestEnvelope scan() throws IOException, RefusedException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new RefusedException(
          Failure.of(ErrorCode.INVALID_JSON, "the body is not a JSON object"));
    }
    bodyStart = offset();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (FIELDS.contains(name)) {
        if (!seen.add(name)) {
          throw wrong(name, "stands twice (expected: once)");
        }
        read(name, value);
      } else {
        parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw new RefusedException(
          Failure.of(ErrorCode.INVALID_JSON, "there is something after the JSON object"));
    }
    if (model.isEmpty()) {
      throw new RefusedException(
          Failure.ofParam(ErrorCode.MODEL_REQUIRED, "model", "model: missing (expected: a name)"));
    }
    return new RequestEnvelope(
        model.get(), modelSpan, bodyStart, stream, streamOptions, encodingFormat, maxTokens);
  }

  private void read(String name, JsonToken value) throws IOException, RefusedException {
    switch (name) {
      case "model" -> readModel(value);
      case "stream" -> stream = readBoolean(name, value);
      case "stream_options" -> readStreamOptions(value);
      case "encoding_format" -> {
        if (value == JsonToken.VALUE_STRING) {
          encodingFormat = Optional.of(parser.getText());
        } else {
          parser.skipChildren();
        }
      }
      default -> readMaxTokens(value);
    }
  }

  private void readModel(JsonToken value) throws IOException, RefusedException {
    if (value != JsonToken.VALUE_STRING) {
      throw wrong("model", "expected: a string");
    }
    int start = tokenOffset();
    String text = parser.getText();
    modelSpan = new Span(start, offset());
    if (text.isEmpty()) {
      throw new RefusedException(
          Failure.ofParam(ErrorCode.MODEL_REQUIRED, "model", "model: empty (expected: a name)"));
    }
    model = Optional.of(text);
  }

  private void readStreamOptions(JsonToken value) throws IOException, RefusedException {
    int start = tokenOffset();
    if (value == JsonToken.VALUE_NULL) {
      streamOptions =
          new RequestEnvelope.StreamOptions(
              new Span(start, start + 4), -1, true, Span.NONE, false, false);
      return;
    }
    if (value != JsonToken.START_OBJECT) {
      throw wrong("stream_options", "expected: an object");
    }
    int inner = offset();
    boolean empty = true;
    boolean includeUsage = false;
    boolean continuous = false;
    Span includeUsageSpan = Span.NONE;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      empty = false;
      String name = parser.currentName();
      JsonToken field = parser.nextToken();
      if (name.equals("include_usage")) {
        if (includeUsageSpan.exists()) {
          throw wrong("stream_options.include_usage", "stands twice (expected: once)");
        }
        includeUsage = readBoolean("stream_options.include_usage", field);
        includeUsageSpan = literalSpan(field);
      } else if (name.equals("continuous_usage_stats")) {
        continuous = field == JsonToken.VALUE_TRUE;
        parser.skipChildren();
      } else {
        parser.skipChildren();
      }
    }
    streamOptions =
        new RequestEnvelope.StreamOptions(
            new Span(start, offset()), inner, empty, includeUsageSpan, includeUsage, continuous);
  }

  private Span literalSpan(JsonToken token) {
    int start = tokenOffset();
    return new Span(start, start + token.asString().length());
  }

  private boolean readBoolean(String name, JsonToken value) throws RefusedException {
    return switch (value) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE, VALUE_NULL -> false;
      default -> throw wrong(name, "expected: true or false");
    };
  }

  /** A limit that makes no sense here is the engine's to refuse. */
  private void readMaxTokens(JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() == JsonParser.NumberType.INT) {
      maxTokens = Math.max(maxTokens, parser.getIntValue());
    } else {
      parser.skipChildren();
    }
  }

  private static RefusedException wrong(String name, String what) {
    return new RefusedException(
        Failure.ofParam(ErrorCode.INVALID_REQUEST, name, name + ": " + what));
  }

  private int tokenOffset() {
    return Math.toIntExact(parser.currentTokenLocation().getByteOffset());
  }

  private int offset() {
    return Math.toIntExact(parser.currentLocation().getByteOffset());
  }
}
