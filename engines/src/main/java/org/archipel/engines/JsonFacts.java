package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads single facts from JSON that may be wrong, huge or hostile. */
final class JsonFacts {
  /** Longer names do not fit a header, a metric label or a console. */
  private static final int MAX_NAME = 256;

  private static final int MAX_VERSION = 64;

  /** As many as we are ready to show and to probe on one engine. */
  private static final int MAX_MODELS = 500;

  private JsonFacts() {}

  /** The integer at the field, when it is one and at least 1. */
  static OptionalInt positiveInt(JsonNode object, String field) {
    JsonNode value = object.path(field);
    boolean usable = value.isIntegralNumber() && value.canConvertToInt() && value.intValue() > 0;
    return usable ? OptionalInt.of(value.intValue()) : OptionalInt.empty();
  }

  /** The integer at the field, when it is one from 0 to {@code most}. */
  static OptionalLong upTo(long most, JsonNode object, String field) {
    JsonNode value = object.path(field);
    boolean usable =
        value.isIntegralNumber()
            && value.canConvertToLong()
            && value.longValue() >= 0
            && value.longValue() <= most;
    return usable ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
  }

  /** The first of the fields that holds an integer of at least 1. */
  static OptionalInt firstPositiveInt(JsonNode object, String... fields) {
    for (String field : fields) {
      OptionalInt value = positiveInt(object, field);
      if (value.isPresent()) {
        return value;
      }
    }
    return OptionalInt.empty();
  }

  /** A version as an engine says it, when it is short and printable. */
  static Optional<String> version(JsonNode object, String field) {
    return printable(object.path(field), MAX_VERSION);
  }

  /** A model's name, when it is printable and of a sane length. */
  static Optional<String> name(JsonNode object, String field) {
    return printable(object.path(field), MAX_NAME);
  }

  /** The elements of an array, at most as many as one engine may have models. */
  static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    for (JsonNode element : array) {
      if (elements.size() == MAX_MODELS) {
        break;
      }
      elements.add(element);
    }
    return elements;
  }

  private static Optional<String> printable(JsonNode value, int maxLength) {
    if (!value.isTextual()) {
      return Optional.empty();
    }
    String text = value.textValue().strip();
    // Only what may stand in a header and in a log line.
    boolean sound = !text.isEmpty() && text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    return sound && text.length() <= maxLength ? Optional.of(text) : Optional.empty();
  }
}
