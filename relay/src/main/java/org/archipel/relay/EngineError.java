package org.archipel.relay;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * An engine's own error answer, read from whatever shape it has. Engines differ: vLLM gives
 * integers as {@code code}, FastAPI a {@code detail}, Ollama a bare string in {@code error}.
 *
 * @param message what the engine says, bounded
 * @param type its word for the kind of error
 * @param param the field it complains about
 * @param code its code, when it is a word and not the status again
 */
record EngineError(
    Optional<String> message,
    Optional<String> type,
    Optional<String> param,
    Optional<String> code) {
  static final EngineError UNREADABLE =
      new EngineError(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  private static final int MAX_MESSAGE = 2000;

  /** The phrase by which clients know that they must shorten the conversation. */
  private static final String CONTEXT_PHRASE = "maximum context length";

  static EngineError parse(byte[] body) {
    Reader reader = new Reader();
    try (JsonParser parser = Json.FACTORY.createParser(body)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        reader.object(parser, true);
      }
    } catch (IOException e) {
      return UNREADABLE;
    }
    return reader.result();
  }

  /** The body for the client: this error in the shape that the route's clients parse. */
  byte[] body(int status, Route route, String requestId) {
    String text = message.orElse("the engine answered " + status + " without saying why");
    if (route.anthropic()) {
      return ErrorBody.anthropic(anthropicType(status), text, requestId);
    }
    Optional<String> clearCode =
        text.toLowerCase(Locale.ROOT).contains(CONTEXT_PHRASE)
            ? Optional.of("context_length_exceeded")
            : code;
    return ErrorBody.openAi(text, openAiType(status), param, clearCode);
  }

  private static String openAiType(int status) {
    return switch (status) {
      case 403 -> "permission_error";
      case 429 -> "rate_limit_exceeded";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }

  private static String anthropicType(int status) {
    return switch (status) {
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 529 -> "overloaded_error";
      default -> status < 500 ? "invalid_request_error" : "api_error";
    };
  }

  private static final class Reader {
    private Optional<String> message = Optional.empty();
    private Optional<String> type = Optional.empty();
    private Optional<String> param = Optional.empty();
    private Optional<String> code = Optional.empty();

    void object(JsonParser parser, boolean top) throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (top && name.equals("error") && value == JsonToken.START_OBJECT) {
          object(parser, false);
        } else if (name.equals("detail") && value == JsonToken.START_ARRAY) {
          details(parser);
        } else if (value == JsonToken.VALUE_STRING) {
          text(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
    }

    /** FastAPI's list of what is wrong with a request: the first of them. */
    private void details(JsonParser parser) throws IOException {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          parser.skipChildren();
          continue;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean said = parser.currentName().equals("msg");
          if (parser.nextToken() == JsonToken.VALUE_STRING && said) {
            text("detail", parser.getText());
          } else {
            parser.skipChildren();
          }
        }
      }
    }

    private void text(String name, String text) {
      switch (name) {
        case "message", "error", "detail" -> {
          if (message.isEmpty() || name.equals("message")) {
            message = Optional.of(text.substring(0, Math.min(MAX_MESSAGE, text.length())));
          }
        }
        case "type" -> type = Optional.of(text);
        case "param" -> param = Optional.of(text);
        case "code" -> code = isNumber(text) ? Optional.empty() : Optional.of(text);
        default -> {}
      }
    }

    private static boolean isNumber(String text) {
      return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    EngineError result() {
      return new EngineError(message, type, param, code);
    }
  }
}
