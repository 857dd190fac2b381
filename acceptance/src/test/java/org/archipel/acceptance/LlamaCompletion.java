package org.archipel.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * One request for an answer, of the chat or of the older text API, and its answer on the wire. Used
 * by one thread at a time.
 */
final class LlamaCompletion {
  private static final int CREATED = 1_700_000_000;
  private static final int DEFAULT_SEED = 42;

  private final boolean chat;
  private final String prompt;
  private final TinyLlama.Sampling sampling;
  private final String model;
  private final boolean stream;
  private final boolean usage;
  private final String id;
  private final StringBuilder text = new StringBuilder();

  private LlamaCompletion(boolean chat, String prompt, JsonNode body) {
    this.chat = chat;
    this.prompt = prompt;
    this.sampling = sampling(body);
    this.model = LlamaRoutes.modelName(body);
    this.stream = body.path("stream").asBoolean();
    this.usage = body.path("stream_options").path("include_usage").asBoolean();
    this.id = (chat ? "chatcmpl-" : "cmpl-") + UUID.randomUUID();
    if (body.path("n").asInt(1) != 1) {
      throw LlamaRefusal.invalid("Only one completion choice is allowed");
    }
  }

  static LlamaCompletion chat(JsonNode body) {
    JsonNode messages = body.path("messages");
    if (!messages.isArray() || messages.isEmpty()) {
      throw LlamaRefusal.invalid("Expected 'messages' to be an array");
    }
    if (!body.path("tools").isEmpty()) {
      throw LlamaRefusal.invalid("tools param requires --jinja flag");
    }
    return new LlamaCompletion(true, prompt(messages), body);
  }

  static LlamaCompletion text(JsonNode body) {
    JsonNode prompt = body.path("prompt");
    if (prompt.isArray() && prompt.size() == 1) {
      prompt = prompt.get(0);
    }
    if (!prompt.isTextual()) {
      throw LlamaRefusal.invalid("\"prompt\" must be a string");
    }
    return new LlamaCompletion(false, prompt.asText(), body);
  }

  /** The model's own chat template, written out. */
  static String prompt(JsonNode messages) {
    StringBuilder prompt = new StringBuilder();
    for (JsonNode message : messages) {
      prompt.append("<|im_start|>").append(message.path("role").asText("user")).append('\n');
      JsonNode content = message.path("content");
      if (content.isArray()) {
        content.forEach(part -> prompt.append(part.path("text").asText()));
      } else if (!content.isNull()) {
        prompt.append(content.asText());
      }
      prompt.append("<|im_end|>\n");
    }
    return prompt.append("<|im_start|>assistant\n").toString();
  }

  private static TinyLlama.Sampling sampling(JsonNode body) {
    int limit = TinyModel.CONTEXT;
    for (String name : List.of("max_completion_tokens", "max_tokens", "n_predict")) {
      JsonNode value = body.path(name);
      if (value.isNumber() && value.asInt() < 0) {
        throw LlamaRefusal.invalid(name + ": " + value + " (expected: >= 0)");
      }
      limit = Math.min(limit, value.asInt(TinyModel.CONTEXT));
    }
    List<String> stops = new ArrayList<>();
    JsonNode stop = body.path("stop");
    if (stop.isTextual()) {
      stops.add(stop.asText());
    } else {
      stop.forEach(item -> stops.add(item.asText()));
    }
    return new TinyLlama.Sampling(
        limit,
        (float) body.path("temperature").asDouble(0.8),
        (float) body.path("top_p").asDouble(0.95),
        body.path("seed").asInt(DEFAULT_SEED),
        body.path("ignore_eos").asBoolean(),
        stops);
  }

  String prompt() {
    return prompt;
  }

  /** Generates, and sends each token as it comes if the client wanted a stream. */
  TinyLlama.Account run(TinyLlama llama, Duration pace, LlamaConnection client) {
    if (stream) {
      client.startEvents();
      if (chat) {
        ObjectNode delta = WireJson.object().put("role", "assistant");
        client.event(chunk(delta.set("content", NullNode.getInstance())).toString());
      }
    }
    return llama.generate(
        prompt,
        sampling,
        piece -> {
          if (stream) {
            client.event(chunk(WireJson.object().put("content", piece)).toString());
          } else {
            text.append(piece);
          }
          if (pace.isPositive()) {
            LockSupport.parkNanos(pace.toNanos());
          }
          return !client.gone();
        });
  }

  /** Sends what closes the answer; nothing to a client that left. */
  void finish(TinyLlama.Account account, LlamaConnection client) {
    if (account.ending() == TinyLlama.Ending.CANCELLED) {
      return;
    }
    String reason = account.ending().name().toLowerCase(Locale.ROOT);
    if (!stream) {
      client.json(200, whole(reason, account));
      return;
    }
    ObjectNode last = chat ? chunk(WireJson.object()) : chunk(WireJson.object().put("content", ""));
    ((ObjectNode) last.at("/choices/0")).put("finish_reason", reason);
    client.event(last.toString());
    if (usage) {
      ObjectNode closing = frame(chat ? "chat.completion.chunk" : "text_completion");
      closing.putArray("choices");
      client.event(usage(closing, account).toString());
    }
    client.event("[DONE]");
    client.endEvents();
  }

  private ObjectNode whole(String reason, TinyLlama.Account account) {
    ObjectNode answer = frame(chat ? "chat.completion" : "text_completion");
    ObjectNode choice = answer.putArray("choices").addObject();
    choice.put("index", 0).put("finish_reason", reason).set("logprobs", NullNode.getInstance());
    if (chat) {
      choice.putObject("message").put("role", "assistant").put("content", text.toString());
    } else {
      choice.put("text", text.toString());
    }
    return usage(answer, account);
  }

  private ObjectNode chunk(JsonNode delta) {
    ObjectNode chunk = frame(chat ? "chat.completion.chunk" : "text_completion");
    ObjectNode choice = chunk.putArray("choices").addObject();
    choice.put("index", 0).set("finish_reason", NullNode.getInstance());
    if (chat) {
      choice.set("delta", delta);
    } else {
      choice.put("text", delta.path("content").asText()).set("logprobs", NullNode.getInstance());
    }
    return chunk;
  }

  private ObjectNode frame(String object) {
    return WireJson.object()
        .put("id", id)
        .put("object", object)
        .put("created", CREATED)
        .put("model", model)
        .put("system_fingerprint", "b4916");
  }

  private static ObjectNode usage(ObjectNode answer, TinyLlama.Account account) {
    answer
        .putObject("usage")
        .put("prompt_tokens", account.promptTokens())
        .put("completion_tokens", account.completionTokens())
        .put("total_tokens", account.promptTokens() + account.completionTokens());
    return answer;
  }
}
