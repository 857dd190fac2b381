package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Optional;

/** The plainest JSON value that fits a JSON schema; references are not followed. */
final class JsonSample {
  // Deeper schemas get an empty object: a hostile one must not exhaust the stack.
  private static final int DEEPEST = 16;

  private JsonSample() {}

  static JsonNode of(JsonNode schema) {
    return of(schema, 0);
  }

  /** What {@code response_format} of chat completions demands. */
  static Optional<String> forResponseFormat(JsonNode format) {
    return switch (format.path("type").asText("")) {
      case "json_object" -> Optional.of(Wire.ascii(honest()));
      case "json_schema" -> Optional.of(Wire.ascii(of(format.path("json_schema").path("schema"))));
      default -> Optional.empty();
    };
  }

  /** What {@code text.format} of the Responses API demands. */
  static Optional<String> forTextFormat(JsonNode format) {
    return switch (format.path("type").asText("")) {
      case "json_object" -> Optional.of(Wire.ascii(honest()));
      case "json_schema" -> Optional.of(Wire.ascii(of(format.path("schema"))));
      default -> Optional.empty();
    };
  }

  private static ObjectNode honest() {
    return Wire.object()
        .put("simulated", true)
        .put("note", "no language model produced this object");
  }

  private static JsonNode of(JsonNode schema, int depth) {
    JsonNode choices = schema.path("enum");
    if (choices.isArray() && !choices.isEmpty()) {
      return choices.get(0);
    }
    if (!schema.path("const").isMissingNode()) {
      return schema.path("const");
    }
    JsonNode type = schema.path("type");
    return switch (type.isArray() ? type.path(0).asText("") : type.asText("object")) {
      case "string" -> TextNode.valueOf("simulated");
      case "integer", "number" ->
          IntNode.valueOf((int) Math.max(1, Math.min(1e6, schema.path("minimum").asDouble(1))));
      case "boolean" -> BooleanNode.TRUE;
      case "array" -> array(schema, depth);
      case "null" -> Wire.object().nullNode();
      default -> object(schema, depth);
    };
  }

  private static JsonNode array(JsonNode schema, int depth) {
    var array = Wire.object().arrayNode();
    if (schema.path("minItems").asInt(0) > 0 && depth < DEEPEST) {
      array.add(of(schema.path("items"), depth + 1));
    }
    return array;
  }

  private static ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = Wire.object();
    if (depth < DEEPEST) {
      for (JsonNode name : schema.path("required")) {
        String key = name.asText();
        object.set(key, of(schema.path("properties").path(key), depth + 1));
      }
    }
    return object;
  }
}
