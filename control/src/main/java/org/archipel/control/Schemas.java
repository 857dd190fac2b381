package org.archipel.control;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Describes our records as JSON schemas (2020-12, as OpenAPI 3.1 has them), by what Jackson does
 * with them: a description that is made from the code cannot differ from it.
 */
final class Schemas {
  private static final String REFERENCE = "#/components/schemas/";

  private final Json json;
  private final Map<Class<?>, String> names = new LinkedHashMap<>();
  private final Map<String, Object> components = new TreeMap<>();

  Schemas(Json json) {
    this.json = json;
  }

  /** All records met so far, by name. */
  Map<String, Object> components() {
    return components;
  }

  /** The schema of a type that is no list. */
  Map<String, Object> of(Class<?> type) {
    return of(json.type(type));
  }

  private Map<String, Object> of(JavaType type) {
    Class<?> raw = type.getRawClass();
    if (raw.equals(Optional.class)) {
      return of(type.containedTypeOrUnknown(0));
    }
    if (Collection.class.isAssignableFrom(raw) || raw.isArray()) {
      return schema("type", "array", "items", of(type.getContentType()));
    }
    if (Map.class.isAssignableFrom(raw)) {
      return schema("type", "object", "additionalProperties", of(type.getContentType()));
    }
    if (raw.isEnum()) {
      return schema("type", "string", "enum", json.words(raw));
    }
    return simple(raw).orElseGet(() -> reference(raw));
  }

  private static Optional<Map<String, Object>> simple(Class<?> raw) {
    if (raw.equals(String.class)) {
      return Optional.of(schema("type", "string"));
    }
    if (List.of(int.class, Integer.class, OptionalInt.class).contains(raw)) {
      return Optional.of(schema("type", "integer", "format", "int32"));
    }
    if (List.of(long.class, Long.class, OptionalLong.class).contains(raw)) {
      return Optional.of(schema("type", "integer", "format", "int64"));
    }
    if (List.of(double.class, Double.class, OptionalDouble.class).contains(raw)) {
      return Optional.of(schema("type", "number"));
    }
    if (raw.equals(boolean.class) || raw.equals(Boolean.class)) {
      return Optional.of(schema("type", "boolean"));
    }
    Map<Class<?>, String> formats =
        Map.of(
            Instant.class,
            "date-time",
            LocalDate.class,
            "date",
            URI.class,
            "uri",
            UUID.class,
            "uuid");
    if (formats.containsKey(raw)) {
      return Optional.of(schema("type", "string", "format", formats.get(raw)));
    }
    return raw.equals(Object.class) ? Optional.of(new LinkedHashMap<>()) : Optional.empty();
  }

  private Map<String, Object> reference(Class<?> type) {
    String known = names.get(type);
    if (known != null) {
      return schema("$ref", REFERENCE + known);
    }
    if (!type.isRecord()) {
      throw new IllegalStateException(
          type.getName() + " (expected: a record or a type that JSON has)");
    }
    String name = name(type);
    names.put(type, name);
    // Held before it is filled: a record may hold itself.
    Map<String, Object> schema = new LinkedHashMap<>();
    components.put(name, schema);
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required =
        json.fields(type).stream()
            .filter(field -> !optional(field.getPrimaryType().getRawClass()))
            .map(BeanPropertyDefinition::getName)
            .toList();
    for (BeanPropertyDefinition field : json.fields(type)) {
      properties.put(field.getName(), described(field));
    }
    schema.put("type", "object");
    schema.put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    schema.put("additionalProperties", false);
    return schema("$ref", REFERENCE + name);
  }

  private Map<String, Object> described(BeanPropertyDefinition field) {
    Map<String, Object> schema = of(field.getPrimaryType());
    String description = field.getMetadata().getDescription();
    if (description != null) {
      schema.put("description", description);
    }
    return schema;
  }

  /** Several routes have a View: those that come later are named with their surroundings. */
  private String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    String name = type.getSimpleName();
    if (outer != null && (components.containsKey(name) || name.equals("View"))) {
      name = outer.getSimpleName().replaceFirst("Routes$", "") + name;
    }
    if (components.containsKey(name)) {
      throw new IllegalStateException(
          type.getName() + " (expected: another name than " + name + ")");
    }
    return name;
  }

  private static boolean optional(Class<?> type) {
    return List.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class)
        .contains(type);
  }

  static Map<String, Object> schema(Object... pairs) {
    Map<String, Object> schema = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      schema.put((String) pairs[i], pairs[i + 1]);
    }
    return schema;
  }

  /** The words of an enum that is a parameter, in lower case as the API reads them. */
  static List<String> parameterWords(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(value -> value.toString().toLowerCase(Locale.ROOT))
        .toList();
  }
}
