package org.archipel.control;

import static org.archipel.control.Schemas.schema;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.archipel.control.Operation.Parameter;
import org.archipel.control.Operation.Permission;
import org.archipel.control.Operation.Trait;
import org.archipel.storage.PageRequest;

/**
 * The description of the control listener's API (OpenAPI 3.1), made from the operations that are
 * served. {@code x-archipel-action} and {@code x-archipel-concern} tell what each asks of its
 * caller.
 */
final class OpenApi {
  private static final String JSON = "application/json";

  private final Schemas schemas;

  OpenApi(Json json) {
    this.schemas = new Schemas(json);
  }

  /** Serves the description of all operations that were added before, and of itself. */
  static void addTo(Routes routes, Json json, String version) {
    byte[][] document = new byte[1][];
    routes.add(
        Operation.get("/api/openapi.json", "getDescription", "This description")
            .forEverybody()
            .alsoAs("application/json"),
        _ -> respond(document[0]));
    document[0] = json.bytes(new OpenApi(json).document(routes.operations(), version));
  }

  private static HttpResponse respond(byte[] document) {
    return Json.respond(HttpStatus.OK, MediaType.JSON_UTF_8, document);
  }

  Map<String, Object> document(List<Operation> operations, String version) {
    Map<String, Map<String, Object>> paths = new TreeMap<>();
    for (Operation operation : operations) {
      paths
          .computeIfAbsent(operation.path(), _ -> new LinkedHashMap<>())
          .put(operation.method().name().toLowerCase(Locale.ROOT), describe(operation));
    }
    Map<String, Object> problem = schemas.of(Problem.class);
    return schema(
        "openapi",
        "3.1.0",
        "info",
        schema(
            "title",
            "Archipel control API",
            "version",
            version,
            "description",
            "Administration of a site. Errors are problems (RFC 9457)."),
        "paths",
        paths,
        "components",
        schema(
            "schemas",
            schemas.components(),
            "responses",
            schema(
                "Problem",
                schema(
                    "description",
                    "What is wrong, and what would be right",
                    "content",
                    content("application/problem+json", problem))),
            "securitySchemes",
            schema(
                "token",
                schema("type", "http", "scheme", "bearer"),
                "session",
                schema("type", "apiKey", "in", "cookie", "name", "archipel-session"))));
  }

  private Map<String, Object> describe(Operation operation) {
    Map<String, Object> described =
        schema("operationId", operation.id(), "summary", operation.summary());
    List<Object> parameters = parameters(operation);
    if (!parameters.isEmpty()) {
      described.put("parameters", parameters);
    }
    operation
        .body()
        .ifPresent(
            type ->
                described.put(
                    "requestBody",
                    schema("required", true, "content", content(JSON, schemas.of(type)))));
    described.put("responses", responses(operation));
    switch (operation.permission()) {
      case Permission.Everybody _ -> described.put("security", List.of());
      case Permission.FromHere fromHere -> secure(described, fromHere.elsewhere());
      case Permission.Needs needs -> secure(described, needs);
    }
    return described;
  }

  private static void secure(Map<String, Object> described, Permission.Needs needs) {
    described.put("security", List.of(schema("token", List.of()), schema("session", List.of())));
    described.put("x-archipel-action", needs.action().word());
    described.put("x-archipel-concern", needs.concern().name().toLowerCase(Locale.ROOT));
  }

  private List<Object> parameters(Operation operation) {
    List<Object> parameters = new ArrayList<>();
    for (Parameter parameter : operation.parameters()) {
      Map<String, Object> type =
          parameter.type().isEnum()
              ? schema("type", "string", "enum", Schemas.parameterWords(parameter.type()))
              : schemas.of(parameter.type());
      parameters.add(
          parameter(
              parameter.inPath() ? "path" : "query",
              parameter.name(),
              type,
              parameter.description()));
    }
    if (operation.has(Trait.PAGED)) {
      parameters.add(
          parameter(
              "query",
              "limit",
              schema("type", "integer", "minimum", 1, "maximum", PageRequest.MAX_LIMIT),
              "How many at most; " + PageRequest.DEFAULT_LIMIT + " unless given"));
      parameters.add(
          parameter(
              "query", "after", schema("type", "string"), "What the page before said as next"));
    }
    if (operation.has(Trait.CONDITIONAL)) {
      Map<String, Object> tag =
          parameter(
              "header", "if-match", schema("type", "string"), "The ETag that the change is for");
      tag.put("required", operation.has(Trait.DEMANDING));
      parameters.add(tag);
    }
    if (operation.has(Trait.REPEATABLE)) {
      parameters.add(
          parameter(
              "header",
              "idempotency-key",
              schema("type", "string", "maxLength", 200),
              "The same for all attempts: within a day it is done once"));
    }
    return parameters;
  }

  private static Map<String, Object> parameter(
      String in, String name, Map<String, Object> schema, String description) {
    return schema(
        "name",
        name,
        "in",
        in,
        "required",
        in.equals("path"),
        "description",
        description,
        "schema",
        schema);
  }

  private Map<String, Object> responses(Operation operation) {
    Operation.Answer answer = operation.answer();
    Map<String, Object> good = schema("description", answer.status().reasonPhrase());
    Map<String, Object> content = new LinkedHashMap<>();
    if (!answer.type().equals(Void.class)) {
      content.put(JSON, schema("schema", body(operation)));
    }
    answer.others().forEach(other -> content.putIfAbsent(other, schema("schema", schema())));
    if (!content.isEmpty()) {
      good.put("content", content);
    }
    if (operation.has(Trait.TAGGED)) {
      good.put(
          "headers",
          schema("etag", schema("description", "Its version", "schema", schema("type", "string"))));
    }
    return schema(
        Integer.toString(answer.status().code()),
        good,
        "default",
        schema("$ref", "#/components/responses/Problem"));
  }

  private Map<String, Object> body(Operation operation) {
    Map<String, Object> type = schemas.of(operation.answer().type());
    if (!operation.answer().items()) {
      return type;
    }
    Map<String, Object> properties = schema("items", schema("type", "array", "items", type));
    if (operation.has(Trait.PAGED)) {
      properties.put(
          "next",
          schema("type", "string", "description", "after of the next page, if there is one"));
    }
    return schema(
        "type",
        "object",
        "properties",
        properties,
        "required",
        List.of("items"),
        "additionalProperties",
        false);
  }

  private static Map<String, Object> content(String mediaType, Map<String, Object> schema) {
    return schema(mediaType, schema("schema", schema));
  }
}
