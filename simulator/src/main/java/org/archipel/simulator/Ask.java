package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a request for generated text asks, whichever API it came through.
 *
 * @param prompt the whole prompt as one text; not kept longer than the request
 * @param promptTokens its tokens by {@link TokenRule}
 * @param lastWords the last message, where a marker may ask for a tool call
 * @param maxTokens the limit on the answer
 * @param stops texts that end the answer
 * @param choices how many answers, 1 to 16 for each prompt
 * @param tools the tools offered
 * @param json the answer that a {@code response_format} demands
 */
record Ask(
    String prompt,
    int promptTokens,
    String lastWords,
    OptionalInt maxTokens,
    List<String> stops,
    int choices,
    ToolOffer tools,
    Optional<String> json) {

  /** Whoever says this in a last message gets a tool call, if tools are offered. */
  static final String TOOL_MARKER = "[call-tool]";

  private static final int MOST_CHOICES = 16;
  private static final int MOST_PROMPTS = 64;

  static Ask chat(JsonNode body) {
    PromptReader prompt = new PromptReader();
    prompt.messages(body, "messages");
    prompt.tools(body.path("tools"));
    return new Ask(
        prompt.text(),
        prompt.tokens(),
        prompt.lastWords(),
        limit(body, "max_completion_tokens", "max_tokens"),
        stops(body.path("stop")),
        choices(body),
        ToolOffer.openAi(body),
        JsonSample.forResponseFormat(body.path("response_format")));
  }

  static Ask completion(JsonNode body) {
    PromptReader prompt = new PromptReader();
    prompt.input(body, "prompt");
    return new Ask(
        prompt.text(),
        prompt.tokens(),
        prompt.lastWords(),
        limit(body, "max_tokens"),
        stops(body.path("stop")),
        choices(body) * prompts(body.path("prompt")),
        ToolOffer.NONE,
        Optional.empty());
  }

  static Ask responses(JsonNode body) {
    PromptReader prompt = new PromptReader();
    JsonNode instructions = body.path("instructions");
    if (instructions.isTextual()) {
      prompt.message("system", instructions);
    }
    if (body.path("input").isTextual()) {
      prompt.message("user", body.path("input"));
    } else {
      prompt.messages(body, "input");
    }
    prompt.tools(body.path("tools"));
    return new Ask(
        prompt.text(),
        prompt.tokens(),
        prompt.lastWords(),
        limit(body, "max_output_tokens"),
        List.of(),
        1,
        ToolOffer.responses(body),
        JsonSample.forTextFormat(body.path("text").path("format")));
  }

  static Ask anthropic(JsonNode body) {
    PromptReader prompt = new PromptReader();
    if (!body.path("system").isMissingNode()) {
      prompt.message("system", body.path("system"));
    }
    prompt.messages(body, "messages");
    prompt.tools(body.path("tools"));
    return new Ask(
        prompt.text(),
        prompt.tokens(),
        prompt.lastWords(),
        limit(body, "max_tokens"),
        stops(body.path("stop_sequences")),
        1,
        ToolOffer.anthropic(body),
        Optional.empty());
  }

  boolean wantsTool() {
    return tools.required() || (!tools.names().isEmpty() && lastWords.contains(TOOL_MARKER));
  }

  private static OptionalInt limit(JsonNode body, String... names) {
    for (String name : names) {
      JsonNode value = body.path(name);
      if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 1) {
        return OptionalInt.of(value.intValue());
      }
      if (!value.isMissingNode() && !value.isNull()) {
        throw ApiError.badRequest(name + " must be at least 1, got " + shown(value) + ".");
      }
    }
    return OptionalInt.empty();
  }

  private static int choices(JsonNode body) {
    JsonNode n = body.path("n");
    if (n.isMissingNode() || n.isNull()) {
      return 1;
    }
    if (n.isIntegralNumber() && n.canConvertToInt() && n.intValue() >= 1) {
      if (n.intValue() <= MOST_CHOICES) {
        return n.intValue();
      }
    }
    throw ApiError.badRequest("n: " + shown(n) + " (expected: 1 to " + MOST_CHOICES + ")");
  }

  /** A text completion may bring several prompts; each gets its choices. */
  private static int prompts(JsonNode prompt) {
    boolean several = prompt.isArray() && !prompt.get(0).isIntegralNumber();
    if (several && prompt.size() > MOST_PROMPTS) {
      throw ApiError.badRequest(
          "prompt: " + prompt.size() + " prompts (expected: at most " + MOST_PROMPTS + ")");
    }
    return several ? prompt.size() : 1;
  }

  private static List<String> stops(JsonNode stop) {
    List<String> stops = new ArrayList<>();
    if (stop.isTextual()) {
      stops.add(stop.textValue());
    }
    for (JsonNode each : stop) {
      if (each.isTextual()) {
        stops.add(each.textValue());
      }
    }
    stops.removeIf(String::isEmpty);
    return stops;
  }

  /** A value for a message: what it is if it is short, else its kind only. */
  private static String shown(JsonNode value) {
    return value.isNumber() || value.isBoolean()
        ? abbreviated(value.asText())
        : "a JSON " + value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static String abbreviated(String text) {
    return text.length() <= 20 ? text : text.substring(0, 20) + "...";
  }
}
