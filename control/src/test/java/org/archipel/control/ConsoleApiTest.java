package org.archipel.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console's types are made from a copy of the API's description, since it is built before the
 * API is. {@code -Darchipel.console.api=write} makes the copy anew.
 */
final class ConsoleApiTest {
  private static final Path COPY = Path.of("..", "console", "api", "openapi.json");

  private static final Set<String> PROSE = Set.of("description", "summary");

  private final ObjectMapper json =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  @TempDir private Path folder = Path.of(".");

  /**
   * Routes and fields may be more than the console knows of; those it knows are as it knows them.
   */
  @Test
  void whatTheConsoleKnowsOfTheApiIsTrue() throws Exception {
    JsonNode served = served();
    if (System.getProperty("archipel.console.api", "").equals("write")) {
      Files.writeString(
          COPY, json.writeValueAsString(json.treeToValue(served, Object.class)) + "\n");
    }
    List<String> faults = new ArrayList<>();
    compare("", json.readTree(Files.readString(COPY)), served, faults);
    assertThat(faults)
        .as("console/api/openapi.json is of another API (make it anew: see this class)")
        .isEmpty();
  }

  @Test
  void theComparisonSeesWhatIsGoneOrOfAnotherType() throws Exception {
    JsonNode known = json.readTree("{\"a\":{\"type\":\"string\"},\"b\":[\"x\",\"y\"]}");
    JsonNode served = json.readTree("{\"a\":{\"type\":\"integer\"},\"b\":[\"y\",\"z\"],\"c\":1}");
    List<String> faults = new ArrayList<>();
    compare("", known, served, faults);
    assertThat(faults).containsExactly("/a/type", "/b: x");
    compare("", served, known, faults);
    assertThat(faults).contains("/c");
  }

  private JsonNode served() throws IOException, InterruptedException {
    try (RunningControl control = new RunningControl(folder, new FixedCatalog())) {
      ObjectNode served = (ObjectNode) control.get("/api/openapi.json");
      served.withObject("/info").put("version", "1");
      return served;
    }
  }

  private static void compare(String at, JsonNode known, JsonNode served, List<String> faults) {
    if (known.isObject() && served.isObject()) {
      for (Map.Entry<String, JsonNode> field : known.properties()) {
        // Words for people make no types.
        if (!field.getValue().isTextual() || !PROSE.contains(field.getKey())) {
          compare(at + "/" + field.getKey(), field.getValue(), served.path(field.getKey()), faults);
        }
      }
    } else if (known.isArray() && served.isArray()) {
      for (JsonNode one : known) {
        if (!isAmong(one, served)) {
          faults.add(at + ": " + one.path("name").asText(one.asText()));
        }
      }
    } else if (!known.equals(served)) {
      faults.add(at);
    }
  }

  private static boolean isAmong(JsonNode known, JsonNode served) {
    for (JsonNode one : served) {
      List<String> faults = new ArrayList<>();
      compare("", known, one, faults);
      if (faults.isEmpty()) {
        return true;
      }
    }
    return false;
  }
}
