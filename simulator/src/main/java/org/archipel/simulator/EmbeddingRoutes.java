package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

/** Embeddings, rerank and score. Immutable. */
final class EmbeddingRoutes {
  private static final int LARGEST_DIMENSIONS = 8192;
  private final EngineState state;

  EmbeddingRoutes(EngineState state) {
    this.state = state;
  }

  /** The answer, and how many tokens were read. */
  record Scored(WholeBody body, int tokens) {}

  Scored embeddings(JsonNode body, String model) {
    String encoding = body.path("encoding_format").asText("float");
    if (!encoding.equals("float") && !encoding.equals("base64")) {
      throw ApiError.badRequest("encoding_format: unknown (expected: float or base64)");
    }
    boolean base64 = encoding.equals("base64") && !state.has(EngineQuirk.IGNORES_ENCODING_FORMAT);
    int dimensions = dimensions(body.path("dimensions"));
    ObjectNode answer = Wire.object().put("id", "embd-" + state.nextId());
    answer.put("object", "list").put("created", state.nowSeconds()).put("model", model);
    ArrayNode data = answer.putArray("data");
    int tokens = 0;
    for (JsonNode input : inputs(body.path("input"))) {
      PromptReader reader = new PromptReader();
      reader.input(Wire.object().set("input", input), "input");
      tokens += reader.tokens();
      ObjectNode item = data.addObject().put("index", data.size() - 1).put("object", "embedding");
      put(item, LexicalVector.of(reader.text(), dimensions), base64);
    }
    answer
        .putObject("usage")
        .put("prompt_tokens", tokens)
        .put("total_tokens", tokens)
        .put("completion_tokens", 0)
        .putNull("prompt_tokens_details");
    return new Scored(WholeBody.json(answer), tokens);
  }

  private int dimensions(JsonNode wanted) {
    if (wanted.isMissingNode() || wanted.isNull()) {
      return state.options.embeddingDimensions();
    }
    if (!wanted.isInt() || wanted.intValue() < 1 || wanted.intValue() > LARGEST_DIMENSIONS) {
      throw ApiError.badRequest("dimensions: out of range (expected: 1 to 8192)");
    }
    return wanted.intValue();
  }

  /** Each text, or array of token ids, that wants a vector of its own. */
  private static List<JsonNode> inputs(JsonNode input) {
    List<JsonNode> inputs = new ArrayList<>();
    boolean several = input.isArray() && !input.isEmpty() && !input.get(0).isIntegralNumber();
    if (several) {
      input.forEach(inputs::add);
    } else {
      inputs.add(input);
    }
    return inputs;
  }

  private static void put(ObjectNode item, float[] vector, boolean base64) {
    if (base64) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(vector);
      item.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
      return;
    }
    ArrayNode numbers = item.putArray("embedding");
    for (float number : vector) {
      numbers.add(number);
    }
  }

  Scored rerank(JsonNode body, String model) {
    String query = text(body, "query");
    List<String> documents = texts(body, "documents");
    List<Integer> order = new ArrayList<>();
    double[] scores = new double[documents.size()];
    int tokens = 0;
    for (int i = 0; i < scores.length; i++) {
      scores[i] = score(query, documents.get(i));
      tokens += TokenRule.count(query) + TokenRule.count(documents.get(i));
      order.add(i);
    }
    order.sort(Comparator.comparingDouble((Integer i) -> scores[i]).reversed());
    int top = body.path("top_n").isInt() ? body.path("top_n").intValue() : scores.length;
    ObjectNode answer = Wire.object().put("id", "rerank-" + state.nextId()).put("model", model);
    answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    ArrayNode results = answer.putArray("results");
    for (int i : order.subList(0, Math.clamp(top, 0, order.size()))) {
      ObjectNode result = results.addObject().put("index", i);
      result.putObject("document").put("text", documents.get(i));
      result.put("relevance_score", scores[i]);
    }
    return new Scored(WholeBody.json(answer), tokens);
  }

  Scored score(JsonNode body, String model) {
    List<String> left = texts(body, "text_1");
    List<String> right = texts(body, "text_2");
    if (left.size() != 1 && left.size() != right.size()) {
      throw ApiError.badRequest(
          "text_1: another number of texts than text_2 (expected: 1 or equal)");
    }
    ObjectNode answer = Wire.object().put("id", "score-" + state.nextId()).put("object", "list");
    answer.put("created", state.nowSeconds()).put("model", model);
    ArrayNode data = answer.putArray("data");
    int tokens = 0;
    for (int i = 0; i < right.size(); i++) {
      String first = left.get(left.size() == 1 ? 0 : i);
      tokens += TokenRule.count(first) + TokenRule.count(right.get(i));
      data.addObject()
          .put("index", i)
          .put("object", "score")
          .put("score", score(first, right.get(i)));
    }
    ObjectNode usage = answer.putObject("usage");
    usage.put("prompt_tokens", tokens).put("total_tokens", tokens).put("completion_tokens", 0);
    return new Scored(WholeBody.json(answer), tokens);
  }

  private double score(String a, String b) {
    int dimensions = state.options.embeddingDimensions();
    double cosine =
        LexicalVector.cosine(LexicalVector.of(a, dimensions), LexicalVector.of(b, dimensions));
    return Math.clamp((cosine + 1) / 2, 0.0, 1.0);
  }

  private static String text(JsonNode body, String field) {
    if (!body.path(field).isTextual()) {
      throw ApiError.badRequest(field + ": missing (expected: text)");
    }
    return body.path(field).textValue();
  }

  private static List<String> texts(JsonNode body, String field) {
    JsonNode value = body.path(field);
    if (value.isTextual()) {
      return List.of(value.textValue());
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode item : value) {
      JsonNode words = item.isObject() ? item.path("text") : item;
      if (!words.isTextual()) {
        throw ApiError.badRequest(field + ": an item has no text (expected: texts)");
      }
      texts.add(words.textValue());
    }
    if (texts.isEmpty()) {
      throw ApiError.badRequest(field + ": missing or empty (expected: texts)");
    }
    return texts;
  }
}
