package org.archipel.relay;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.archipel.scheduling.RoutingMode;

/**
 * Reads the few top-level fields of a JSON body that the relay needs and remembers where they
 * stand. The whole body is checked to be JSON on the way; everything else in it is skipped.
 *
 * <p>A field that is read here may stand only once: parsers disagree on which of two counts, and a
 * caller must not name one model to us and another one to the engine.
 */
final class EnvelopeScanner {
  private static final String PRIORITY = "priority";
  private static final String CHOICES = "n";
  private static final String ROUTING_MODE = "routing-mode";

  private static final Set<String> FIELDS =
      Set.of(
          "model",
          "stream",
          "stream_options",
          "encoding_format",
          "max_tokens",
          "max_completion_tokens",
          "max_output_tokens",
          CHOICES,
          PRIORITY,
          ROUTING_MODE);

  /** The parts of a prompt, which engines put together in about this order. */
  private static final int PARTS = 6;

  /** The levels of aristote-dispatcher's queues; 0 is what RabbitMQ takes for none. */
  private static final int MAX_PRIORITY = 5;

  private final JsonParser parser;
  private final Set<String> seen = new HashSet<>();
  private Optional<String> model = Optional.empty();
  private Span modelSpan = Span.NONE;
  private int bodyStart;
  private boolean stream;
  private RequestEnvelope.StreamOptions streamOptions = RequestEnvelope.StreamOptions.ABSENT;
  private Optional<String> encodingFormat = Optional.empty();
  private int maxTokens = -1;
  private int choices = 1;
  private OptionalInt priority = OptionalInt.empty();
  private Optional<RoutingMode> routing = Optional.empty();
  private Optional<String> cacheKey = Optional.empty();
  private final Span[] prompt = new Span[PARTS];
  private final List<Span> ours = new ArrayList<>(0);

  /** What is being read and ends where the next field begins: a part of the prompt, or ours. */
  private int openPart = -1;

  private boolean openOurs;
  private int openStart;

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
      closeSpan();
      if (name.equals(PRIORITY) || name.equals(ROUTING_MODE)) {
        openOurs = true;
        openStart = tokenOffset();
      }
      JsonToken value = parser.nextToken();
      int part = part(name);
      if (part >= 0) {
        openPart = part;
        openStart = tokenOffset();
        parser.skipChildren();
      } else if (FIELDS.contains(name)) {
        if (!seen.add(name)) {
          throw wrong(name, "stands twice (expected: once)");
        }
        read(name, value);
      } else if (name.equals("prompt_cache_key") && value == JsonToken.VALUE_STRING) {
        cacheKey = Optional.of(parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    boolean oursAtEnd = openOurs;
    closeSpan();
    if (parser.nextToken() != null) {
      throw new RefusedException(
          Failure.of(ErrorCode.INVALID_JSON, "there is something after the JSON object"));
    }
    if (model.isEmpty()) {
      throw new RefusedException(
          Failure.ofParam(ErrorCode.MODEL_REQUIRED, "model", "model: missing (expected: a name)"));
    }
    return new RequestEnvelope(
        model.get(),
        modelSpan,
        bodyStart,
        stream,
        streamOptions,
        encodingFormat,
        maxTokens,
        choices,
        new RequestEnvelope.Wishes(priority, routing, cacheKey, List.copyOf(ours), oursAtEnd),
        Arrays.stream(prompt).filter(Objects::nonNull).toList());
  }

  /** Ends the span that is open at the token that has just begun. */
  private void closeSpan() {
    if (openPart >= 0) {
      prompt[openPart] = new Span(openStart, tokenOffset());
      openPart = -1;
    } else if (openOurs) {
      openOurs = false;
      // Neighbours are cut out together, with the commas between them.
      boolean neighbour = !ours.isEmpty() && ours.getLast().end() == openStart;
      int start = neighbour ? ours.removeLast().start() : openStart;
      ours.add(new Span(start, tokenOffset()));
    }
  }

  private static int part(String name) {
    return switch (name) {
      case "system" -> 0;
      case "instructions" -> 1;
      case "tools" -> 2;
      case "messages" -> 3;
      case "input" -> 4;
      case "prompt" -> 5;
      default -> -1;
    };
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
      case PRIORITY -> readPriority(value);
      case ROUTING_MODE -> readRouting(value);
      case CHOICES -> choices = Math.max(choices, readInteger(value));
      default -> maxTokens = Math.max(maxTokens, readInteger(value));
    }
  }

  private void readPriority(JsonToken value) throws IOException, RefusedException {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    boolean integer =
        value == JsonToken.VALUE_NUMBER_INT
            && parser.getNumberType() == JsonParser.NumberType.INT
            && parser.getIntValue() >= 0
            && parser.getIntValue() <= MAX_PRIORITY;
    if (!integer) {
      throw wrong(PRIORITY, "expected: an integer, 1 (last) to " + MAX_PRIORITY + " (first)");
    }
    priority = OptionalInt.of(parser.getIntValue());
  }

  private void readRouting(JsonToken value) throws IOException, RefusedException {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    routing =
        Optional.of(
            switch (value == JsonToken.VALUE_STRING ? parser.getText() : "") {
              case "any" -> RoutingMode.ANY;
              case "private-first", "local-first" -> RoutingMode.LOCAL_FIRST;
              case "private-only", "local-only" -> RoutingMode.LOCAL_ONLY;
              default -> throw wrong(ROUTING_MODE, "expected: any, private-first or private-only");
            });
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

  /** A number that makes no sense here, as -1 does, is the engine's to refuse. */
  private int readInteger(JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() == JsonParser.NumberType.INT) {
      return parser.getIntValue();
    }
    parser.skipChildren();
    return -1;
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
