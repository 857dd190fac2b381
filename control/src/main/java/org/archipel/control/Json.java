package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** JSON in and out: snake_case, times as ISO 8601, nothing unknown taken. Thread-safe. */
final class Json {
  private static final MediaType PROBLEM = MediaType.create("application", "problem+json");

  private final ObjectMapper mapper =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(LogicalType.Textual, Json::onlyText)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  private static void onlyText(MutableCoercionConfig text) {
    text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
  }

  /**
   * Reads a request's body.
   *
   * @throws Refusal when it is not the object that is expected
   */
  <T> T read(HttpData body, Class<T> type) {
    try {
      T value = mapper.readValue(body.array(), type);
      if (value == null) {
        throw Refusal.badRequest("body: null (expected: a JSON object)");
      }
      return value;
    } catch (UnrecognizedPropertyException e) {
      String known =
          e.getKnownPropertyIds().stream().map(String::valueOf).collect(Collectors.joining(", "));
      throw Refusal.badRequest("unknown field (expected: any of " + known + ")");
    } catch (JsonMappingException e) {
      throw Refusal.badRequest(field(e) + ": wrong type or value in the JSON object");
    } catch (IOException e) {
      throw Refusal.badRequest("body: not JSON (expected: a JSON object)");
    }
  }

  /** Names of fields of our own records only: what the caller sent is not echoed. */
  private static String field(JsonMappingException e) {
    return e.getPath().isEmpty()
        ? "body"
        : e.getPath().stream()
            .map(ref -> String.valueOf(ref.getFieldName()))
            .collect(Collectors.joining("."));
  }

  HttpResponse answer(HttpStatus status, Object value, Header... headers) {
    return answer(status, MediaType.JSON_UTF_8, value, headers);
  }

  HttpResponse problem(Problem problem) {
    return answer(HttpStatus.valueOf(problem.status()), PROBLEM, problem);
  }

  private HttpResponse answer(HttpStatus status, MediaType type, Object value, Header... headers) {
    try {
      return respond(status, type, mapper.writeValueAsBytes(value), headers);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer that cannot be written as JSON", e);
    }
  }

  /** A header of an answer. */
  record Header(CharSequence name, String value) {}

  /** An answer of any type. Nothing of the control listener may be kept by a cache. */
  static HttpResponse respond(HttpStatus status, MediaType type, byte[] body, Header... headers) {
    ResponseHeadersBuilder builder =
        ResponseHeaders.builder(status)
            .contentType(type)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .set(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff");
    for (Header header : headers) {
      builder.add(header.name(), header.value());
    }
    return HttpResponse.of(builder.build(), HttpData.wrap(body));
  }

  /** The fields of a record as they are written, in order. */
  List<BeanPropertyDefinition> fields(Class<?> type) {
    return mapper.getSerializationConfig().introspect(mapper.constructType(type)).findProperties();
  }

  /** A type as Jackson sees it. */
  JavaType type(Class<?> type) {
    return mapper.constructType(type);
  }

  /** The words of an enum as they are written. */
  List<String> words(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(value -> mapper.convertValue(value, String.class))
        .toList();
  }

  /** A value as bytes of JSON. */
  byte[] bytes(Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value that cannot be written as JSON", e);
    }
  }
}
