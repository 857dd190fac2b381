package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The description is true of what is served, and is a proper OpenAPI 3.1 document. */
final class OpenApiTest {
  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private RunningControl control;

  @SuppressWarnings("NullAway.Init")
  private JsonNode document;

  @BeforeEach
  void start() throws Exception {
    control = new RunningControl(folder, new FixedCatalog());
    HttpResponse<String> got = control.send("GET", "/api/openapi.json", "");
    assertThat(got.statusCode()).isEqualTo(200);
    document = control.parse(got);
  }

  @AfterEach
  void stop() {
    control.close();
  }

  @Test
  void theDocumentIsWhole() {
    assertThat(document.path("openapi").asText()).startsWith("3.1.");
    assertThat(document.path("info").path("version").asText()).isEqualTo("1.2.3");
    Set<String> ids = new HashSet<>();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        JsonNode operation = method.getValue();
        String id = operation.path("operationId").asText();
        assertThat(id).matches("[a-z][A-Za-z]+");
        assertThat(ids.add(id)).as("%s is used once", id).isTrue();
        assertThat(operation.path("summary").asText()).as(id).isNotBlank();
        assertThat(operation.path("security").isArray()).as(id).isTrue();
        assertThat(operation.path("responses").path("default").path("$ref").asText())
            .isEqualTo("#/components/responses/Problem");
        assertThat(operation.path("responses")).as(id).hasSizeGreaterThan(1);
        assertParameters(path.getKey(), id, operation.path("parameters"));
      }
    }
    assertThat(ids).contains("listKeys", "createKey", "getDescription");
    assertThat(references(document))
        .allSatisfy(
            reference ->
                assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse());
  }

  private static void assertParameters(String path, String id, JsonNode parameters) {
    List<String> described = new ArrayList<>();
    for (JsonNode parameter : parameters) {
      assertThat(parameter.path("in").asText()).isIn("path", "query", "header");
      assertThat(parameter.path("description").asText()).as(id).isNotBlank();
      assertThat(parameter.path("schema").isObject()).as(id).isTrue();
      if (parameter.path("in").asText().equals("path")) {
        assertThat(parameter.path("required").asBoolean()).as(id).isTrue();
        described.add(parameter.path("name").asText());
      }
    }
    List<String> inPath = new ArrayList<>();
    Matcher matcher = Pattern.compile("\\{([^}]+)}").matcher(path);
    while (matcher.find()) {
      inPath.add(matcher.group(1));
    }
    assertThat(described).as(id).containsExactlyInAnyOrderElementsOf(inPath);
  }

  private static List<String> references(JsonNode node) {
    return node.findValuesAsText("$ref");
  }

  @Test
  void answersAreAsTheyAreDescribed() throws Exception {
    control.call("POST", "/api/v1/organizations", "{\"name\":\"insa\"}");
    control.call("POST", "/api/v1/organizations/insa/projects", "{\"name\":\"chat\"}");
    String key = "{\"organization\":\"insa\",\"project\":\"chat\",\"expires\":\"30d\",\"queue\":3}";
    List<String> requests =
        List.of(
            "POST /api/v1/organizations {\"name\":\"inria\"}",
            "POST /api/v1/organizations/insa/projects {\"name\":\"search\"}",
            "POST /api/v1/keys " + key,
            "GET /api/v1/organizations ",
            "GET /api/v1/organizations/insa/projects ",
            "GET /api/v1/projects ",
            "GET /api/v1/keys ",
            "POST /api/v1/quotas {\"organization\":\"insa\",\"limits\":{\"tokens_per_day\":5}}",
            "PUT /api/v1/quotas/project:insa:chat {\"limits\":{\"requests_per_minute\":5}}",
            "GET /api/v1/quotas/organization:insa ",
            "GET /api/v1/quotas ",
            "GET /api/v1/events ",
            "GET /api/v1/models ",
            "GET /api/v1/engines ",
            "GET /api/v1/queue ",
            "GET /api/v1/site ",
            "GET /api/v1/usage?by=model ",
            "GET /health/live ",
            "GET /health/ready ");
    for (String request : requests) {
      String[] parts = request.split(" ", 3);
      HttpResponse<String> got = control.call(parts[0], parts[1], parts[2]);
      JsonNode responses = SchemaCheck.operation(document, parts[0], parts[1]).path("responses");
      JsonNode schema =
          responses
              .path(Integer.toString(got.statusCode()))
              .path("content")
              .path("application/json")
              .path("schema");
      assertThat(schema.isObject()).as("%s: %s", request, got.body()).isTrue();
      assertThat(new SchemaCheck(document).faults(schema, control.parse(got)))
          .as("%s: %s", request, got.body())
          .isEmpty();
    }
  }

  @Test
  void problemsAreAsTheyAreDescribedAndNameTheirField() throws Exception {
    HttpResponse<String> got = control.call("POST", "/api/v1/organizations", "{\"name\":\"É\"}");
    JsonNode problem = control.parse(got);
    JsonNode schema = document.at("/components/schemas/Problem");
    assertThat(new SchemaCheck(document).faults(schema, problem)).isEmpty();
    assertThat(problem.path("type").asText()).isEqualTo("urn:archipel:problem:invalid-request");
    assertThat(problem.at("/errors/0/field").asText()).isEqualTo("organization");
    assertThat(problem.at("/errors/0/detail").asText()).contains("expected");
    JsonNode missing = control.parse(control.call("GET", "/api/v1/nothing", ""));
    assertThat(missing.path("type").asText()).isEqualTo("urn:archipel:problem:not-found");
    assertThat(missing.has("errors")).isFalse();
  }

  @Test
  void theCheckSeesWhatDiffers() {
    JsonNode schema = document.at("/components/schemas/Project");
    JsonNode wrong =
        new ObjectMapper().valueToTree(Map.of("organization", 7, "name", "a", "other", "b"));
    assertThat(new SchemaCheck(document).faults(schema, wrong)).hasSize(3);
  }

  @Test
  void anOperationThatAsksForNothingIsNotServed() {
    Operation open = Operation.get("/x", "getX", "An example");
    assertThatThrownBy(open::checked).isInstanceOf(IllegalStateException.class);
    Operation undescribed =
        Operation.get("/x/{id}", "getX", "An example").needs(Action.SELF, Concern.SITE);
    assertThatThrownBy(undescribed::checked).hasMessageContaining("{id}");
    assertThat(undescribed.path("id", "Which one").checked().parameters()).hasSize(1);
  }
}
