package org.archipel.relay;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes errors in the shapes that clients parse: OpenAI's four keys, or Anthropic's. */
final class ErrorBody {
  private ErrorBody() {}

  /** The JSON body for a failure. */
  static byte[] of(Failure failure, Route route, String requestId) {
    ErrorCode code = failure.code();
    if (route.anthropic()) {
      return anthropic(code.anthropicType(), failure.message(), requestId);
    }
    return openAi(failure.message(), code.openAiType(), failure.param(), Optional.of(code.code()));
  }

  /** The event that tells of a failure inside a stream. */
  static byte[] event(Failure failure, Route route, String requestId) {
    String json = new String(of(failure, route, requestId), StandardCharsets.UTF_8);
    String event =
        switch (route.kind()) {
          case MESSAGES -> "event: error\ndata: " + json + "\n\n";
          case RESPONSES ->
              "event: error\ndata: "
                  + new String(responsesError(failure), StandardCharsets.UTF_8)
                  + "\n\n";
          default -> "data: " + json + "\n\n";
        };
    return event.getBytes(StandardCharsets.UTF_8);
  }

  /** OpenAI's error object; all four keys are always there. */
  static byte[] openAi(String message, String type, Optional<String> param, Optional<String> code) {
    return Json.write(
        generator -> {
          generator.writeStartObject();
          generator.writeObjectFieldStart("error");
          generator.writeStringField("message", message);
          generator.writeStringField("type", type);
          generator.writeStringField("param", param.orElse(null));
          generator.writeStringField("code", code.orElse(null));
          generator.writeEndObject();
          generator.writeEndObject();
        });
  }

  /** Anthropic's error object. */
  static byte[] anthropic(String type, String message, String requestId) {
    return Json.write(
        generator -> {
          generator.writeStartObject();
          generator.writeStringField("type", "error");
          generator.writeObjectFieldStart("error");
          generator.writeStringField("type", type);
          generator.writeStringField("message", message);
          generator.writeEndObject();
          generator.writeStringField("request_id", requestId);
          generator.writeEndObject();
        });
  }

  /** The Responses API has an error event of its own, flat and with the type {@code error}. */
  private static byte[] responsesError(Failure failure) {
    return Json.write(
        generator -> {
          generator.writeStartObject();
          generator.writeStringField("type", "error");
          generator.writeStringField("code", failure.code().code());
          generator.writeStringField("message", failure.message());
          generator.writeStringField("param", failure.param().orElse(null));
          generator.writeEndObject();
        });
  }
}
