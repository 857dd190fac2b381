package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The tools of a request.
 *
 * @param names of the functions offered, the one to call first
 * @param schemas their parameters, in the same order
 * @param required whether the request demands a call
 */
record ToolOffer(List<String> names, List<JsonNode> schemas, boolean required) {
  static final ToolOffer NONE = new ToolOffer(List.of(), List.of(), false);

  /** {@code tools[].function} with {@code tool_choice} of chat completions. */
  static ToolOffer openAi(JsonNode body) {
    Reader reader = new Reader();
    for (JsonNode tool : body.path("tools")) {
      JsonNode function = tool.path("function");
      reader.add(function.path("name"), function.path("parameters"));
    }
    JsonNode choice = body.path("tool_choice");
    return reader.offer(choice.asText(""), choice.path("function").path("name").asText(""));
  }

  /** Flat tools of the Responses API; types other than functions are ignored. */
  static ToolOffer responses(JsonNode body) {
    Reader reader = new Reader();
    for (JsonNode tool : body.path("tools")) {
      if (tool.path("type").asText("").equals("function")) {
        reader.add(tool.path("name"), tool.path("parameters"));
      }
    }
    JsonNode choice = body.path("tool_choice");
    return reader.offer(choice.asText(""), choice.path("name").asText(""));
  }

  /** Anthropic's tools; {@code tool_choice.type} is auto, any, tool or none. */
  static ToolOffer anthropic(JsonNode body) {
    Reader reader = new Reader();
    for (JsonNode tool : body.path("tools")) {
      reader.add(tool.path("name"), tool.path("input_schema"));
    }
    JsonNode choice = body.path("tool_choice");
    String type = choice.path("type").asText("");
    return reader.offer(type.equals("any") ? "required" : type, choice.path("name").asText(""));
  }

  /** The call to make: the name and sample arguments that fit the schema. */
  Answer call() {
    String arguments = Wire.ascii(JsonSample.of(schemas.get(0)));
    return new Answer(arguments, java.util.Optional.of(names.get(0)), false);
  }

  private static final class Reader {
    private final List<String> names = new ArrayList<>();
    private final List<JsonNode> schemas = new ArrayList<>();

    void add(JsonNode name, JsonNode schema) {
      if (name.isTextual()) {
        names.add(name.textValue());
        schemas.add(schema);
      }
    }

    ToolOffer offer(String choice, String wanted) {
      if (names.isEmpty() || choice.equals("none")) {
        return NONE;
      }
      int index = names.indexOf(wanted);
      if (!wanted.isEmpty() && index < 0) {
        throw ApiError.badRequest("tool_choice: a name that no tool has (expected: one of tools)");
      }
      if (index >= 0) {
        return new ToolOffer(List.of(wanted), List.of(schemas.get(index)), true);
      }
      return new ToolOffer(names, schemas, choice.equals("required"));
    }
  }
}
