package org.archipel.control;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Says where a value differs from its schema in our description: types, missing and unknown fields,
 * words of enums. Knows the keywords that we write, and fails on others.
 */
final class SchemaCheck {
  private static final List<String> KNOWN =
      List.of(
          "$ref",
          "type",
          "format",
          "items",
          "properties",
          "required",
          "additionalProperties",
          "enum",
          "description",
          "minimum",
          "maximum",
          "maxLength");

  private final JsonNode document;
  private final List<String> faults = new ArrayList<>();

  SchemaCheck(JsonNode document) {
    this.document = document;
  }

  /** Where the value differs; empty when it does not. */
  List<String> faults(JsonNode schema, JsonNode value) {
    check("$", schema, value);
    return faults;
  }

  private void check(String at, JsonNode schema, JsonNode value) {
    schema
        .fieldNames()
        .forEachRemaining(
            word -> {
              if (!KNOWN.contains(word)) {
                faults.add(at + ": keyword " + word);
              }
            });
    if (schema.has("$ref")) {
      JsonNode target = document.at(schema.path("$ref").asText().substring(1));
      if (target.isMissingNode()) {
        faults.add(at + ": " + schema.path("$ref") + " leads nowhere");
      } else {
        check(at, target, value);
      }
      return;
    }
    if (schema.has("type") && !is(schema.path("type").asText(), value)) {
      faults.add(at + ": " + value.getNodeType() + " (expected: " + schema.path("type") + ")");
      return;
    }
    if (schema.has("enum") && !schema.path("enum").toString().contains(value.toString())) {
      faults.add(at + ": " + value + " (expected: " + schema.path("enum") + ")");
    }
    if (value.isArray()) {
      value.forEach(item -> check(at + "[]", schema.path("items"), item));
    }
    if (value.isObject()) {
      checkFields(at, schema, value);
    }
  }

  private void checkFields(String at, JsonNode schema, JsonNode value) {
    schema
        .path("required")
        .forEach(
            name -> {
              if (!value.has(name.asText())) {
                faults.add(at + "." + name.asText() + ": missing");
              }
            });
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      JsonNode known = schema.path("properties").path(field.getKey());
      JsonNode other = schema.path("additionalProperties");
      if (!known.isMissingNode()) {
        check(at + "." + field.getKey(), known, field.getValue());
      } else if (other.isObject()) {
        check(at + ".*", other, field.getValue());
      } else {
        faults.add(at + "." + field.getKey() + ": not described");
      }
    }
  }

  private static boolean is(String type, JsonNode value) {
    return switch (type) {
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      default -> false;
    };
  }

  /** The operation of a request's path, in the description. */
  static JsonNode operation(JsonNode document, String method, String path) {
    String plain = path.replaceFirst("\\?.*", "");
    return StreamSupport.stream(
            ((Iterable<Map.Entry<String, JsonNode>>) document.path("paths").properties())
                .spliterator(),
            false)
        .filter(entry -> plain.matches(entry.getKey().replaceAll("\\{[a-z_]+}", "[^/]+")))
        .map(entry -> entry.getValue().path(method.toLowerCase(java.util.Locale.ROOT)))
        .filter(JsonNode::isObject)
        .findFirst()
        .orElseThrow(() -> new AssertionError(method + " " + path + " is not described"));
  }
}
