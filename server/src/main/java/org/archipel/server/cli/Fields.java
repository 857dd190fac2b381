package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** One thing for people: a line for each of its fields that says something. */
final class Fields {
  private static final String NESTED = ".";

  private Fields() {}

  static String lines(JsonNode thing) {
    List<String[]> rows = new ArrayList<>();
    collect("", thing, rows);
    int width = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
    return String.join(
        "\n",
        rows.stream()
            .map(row -> row[0] + " ".repeat(width - row[0].length() + 2) + row[1])
            .toList());
  }

  private static void collect(String name, JsonNode value, List<String[]> rows) {
    if (value.isObject()) {
      String prefix = name.isEmpty() ? "" : name + NESTED;
      value.properties().forEach(field -> collect(prefix + field.getKey(), field.getValue(), rows));
    } else if (value.isArray()) {
      List<String> texts = new ArrayList<>();
      value.forEach(item -> texts.add(item.asText()));
      add(name, String.join(" ", texts), rows);
    } else {
      add(name, value.asText(), rows);
    }
  }

  private static void add(String name, String text, List<String[]> rows) {
    if (!text.isEmpty()) {
      rows.add(new String[] {Table.printable(name), Table.printable(text)});
    }
  }
}
