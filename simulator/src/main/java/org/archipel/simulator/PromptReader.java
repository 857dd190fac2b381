package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;

/** Gathers the text of a prompt, and counts its tokens, from the shapes that the APIs allow. */
final class PromptReader {
  private final StringBuilder text = new StringBuilder();
  private int tokens;
  private String lastWords = "";

  String text() {
    return text.toString();
  }

  /** At least one: an engine adds a token for the beginning of the sequence. */
  int tokens() {
    return Math.max(1, tokens);
  }

  String lastWords() {
    return lastWords;
  }

  /** The field with a non-empty array of messages. */
  void messages(JsonNode body, String field) {
    JsonNode messages = body.path(field);
    if (!messages.isArray() || messages.isEmpty()) {
      throw ApiError.badRequest(field + ": missing or empty (expected: an array of messages)");
    }
    for (JsonNode message : messages) {
      if (!message.isObject()) {
        throw ApiError.badRequest(field + ": an item is not an object (expected: messages)");
      }
      message(message.path("role").asText("user"), message);
    }
  }

  /** A message, or a bare text said by that role. */
  void message(String role, JsonNode message) {
    text.append(role).append('\n');
    int start = text.length();
    content(message.isObject() ? message.path("content") : message);
    // What a model said or was told about tools is part of the prompt, too.
    if (message.has("tool_calls")) {
      add(message.path("tool_calls").toString());
    }
    for (String field : new String[] {"arguments", "output"}) {
      if (message.path(field).isTextual()) {
        add(message.path(field).textValue());
      }
    }
    lastWords = text.substring(start);
    tokens += TokenRule.PER_MESSAGE;
    text.append('\n');
  }

  private void content(JsonNode content) {
    if (content.isTextual()) {
      add(content.textValue());
    } else if (content.isArray()) {
      content.forEach(this::part);
    }
  }

  private void part(JsonNode part) {
    JsonNode words = part.path("text");
    if (part.isTextual()) {
      add(part.textValue());
    } else if (words.isTextual()) {
      add(words.textValue());
    } else if (part.path("type").asText("").contains("image")) {
      tokens += TokenRule.PER_IMAGE;
    } else if (!part.path("content").isMissingNode()) {
      content(part.path("content"));
    } else if (part.has("input")) {
      add(part.path("input").toString());
    }
  }

  void tools(JsonNode tools) {
    if (tools.isArray() && !tools.isEmpty()) {
      add(tools.toString());
      text.append('\n');
    }
  }

  /** A field with one text, several, one array of token ids, or several. */
  void input(JsonNode body, String field) {
    JsonNode input = body.path(field);
    if (input.isTextual()) {
      add(input.textValue());
    } else if (input.isArray() && !input.isEmpty()) {
      for (JsonNode item : input) {
        inputItem(item, field);
      }
    } else {
      throw ApiError.badRequest(field + ": missing or empty (expected: text or an array)");
    }
    lastWords = text.toString();
  }

  private void inputItem(JsonNode item, String field) {
    if (item.isTextual()) {
      add(item.textValue());
    } else if (item.isIntegralNumber()) {
      tokens++;
      text.append('#').append(item.asText());
    } else if (item.isArray() && !item.isEmpty() && item.get(0).isIntegralNumber()) {
      item.forEach(id -> inputItem(id, field));
    } else {
      throw ApiError.badRequest(field + ": an item is neither text nor token ids");
    }
  }

  private void add(String words) {
    text.append(words);
    tokens += TokenRule.count(words);
  }
}
