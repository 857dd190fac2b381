package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What a command finds around it.
 *
 * @param output where it writes
 * @param environment the variables it may read
 * @param clock the time
 */
record Shell(Output output, Map<String, String> environment, Clock clock) {
  /** Asks the control listener, and shows the answer as it is or as a table of its items. */
  void show(
      ControlAccess access,
      Function<ControlClient, JsonNode> question,
      Function<JsonNode, Table> table,
      String whenEmpty) {
    JsonNode answer = ask(access, question);
    if (access.json()) {
      output.line(answer.toString());
    } else {
      output.table(table.apply(answer.path("items")), whenEmpty);
    }
  }

  /** Asks for one thing, and shows it as it is or field by field. */
  void describe(ControlAccess access, Function<ControlClient, JsonNode> question) {
    JsonNode answer = ask(access, question);
    if (access.json()) {
      output.line(answer.toString());
      return;
    }
    Table table = new Table("FIELD", "VALUE");
    answer.properties().forEach(field -> table.add(field.getKey(), words(field.getValue())));
    output.table(table, "nothing");
  }

  /** A value in one line: lists with commas, records as name=value. */
  static String words(JsonNode value) {
    List<String> parts = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(part -> parts.add(words(part)));
    } else if (value.isObject()) {
      value
          .properties()
          .forEach(field -> parts.add(field.getKey() + "=" + words(field.getValue())));
    } else {
      return value.asText();
    }
    return parts.isEmpty() ? "-" : String.join(value.isArray() ? ", " : " ", parts);
  }

  /** Asks for a change, and shows the answer as it is or in words. */
  void tell(
      ControlAccess access,
      Function<ControlClient, JsonNode> change,
      Function<JsonNode, String> words) {
    JsonNode answer = ask(access, change);
    output.line(access.json() ? answer.toString() : words.apply(answer));
  }

  private JsonNode ask(ControlAccess access, Function<ControlClient, JsonNode> question) {
    try (ControlClient client = access.client(environment)) {
      return question.apply(client);
    }
  }

  /** A field as text; a dash when it is absent. */
  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull() ? "-" : Table.printable(value.asText());
  }

  /** A time to the second, as people read it; a dash when it is absent. */
  static String time(JsonNode node, String field) {
    String text = text(node, field);
    return text.length() > 19 ? text.substring(0, 19).replace('T', ' ') + "Z" : text;
  }
}
