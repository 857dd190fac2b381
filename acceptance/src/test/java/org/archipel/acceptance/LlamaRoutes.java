package org.archipel.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/** What the engine answers on each path, in the spelling of llama.cpp's server. Thread-safe. */
final class LlamaRoutes {
  private static final int CREATED = 1_700_000_000;

  private final LlamaEngine.Settings settings;
  private final TinyLlama model;
  private final ExecutorService slots;
  private final EngineCounters counters;

  LlamaRoutes(
      LlamaEngine.Settings settings,
      TinyLlama model,
      ExecutorService slots,
      EngineCounters counters) {
    this.settings = settings;
    this.model = model;
    this.slots = slots;
    this.counters = counters;
  }

  /** Answers at once, or gives work that will, and that must be watched until it is done. */
  Optional<Future<?>> handle(EngineRequest request, LlamaConnection client) {
    try {
      switch (request.method() + " " + request.path()) {
        case "GET /health" -> client.json(200, WireJson.object().put("status", "ok"));
        case "GET /props" -> client.json(200, properties());
        case "GET /v1/models", "GET /models" -> client.json(200, models());
        case "GET /slots" -> client.json(200, slotList());
        case "GET /metrics" -> client.whole(200, "text/plain; version=0.0.4", metrics());
        case "POST /v1/chat/completions" -> {
          return generate(LlamaCompletion.chat(json(request)), client);
        }
        case "POST /v1/completions" -> {
          return generate(LlamaCompletion.text(json(request)), client);
        }
        case "POST /v1/embeddings" -> {
          return embed(json(request), client);
        }
        default -> throw new LlamaRefusal(404, "not_found_error", "File Not Found");
      }
    } catch (LlamaRefusal e) {
      client.json(e.status(), e.body());
    }
    return Optional.empty();
  }

  private static JsonNode json(EngineRequest request) {
    try {
      JsonNode body = request.json();
      if (body.isObject()) {
        return body;
      }
    } catch (IOException e) {
      // Said below, as for JSON that is no object.
    }
    throw LlamaRefusal.invalid("the body is no JSON object");
  }

  private Optional<Future<?>> generate(LlamaCompletion completion, LlamaConnection client) {
    if (settings.embeddings()) {
      throw LlamaRefusal.unsupported("completions", "without");
    }
    int tokens = model.promptTokens(completion.prompt());
    if (tokens >= TinyModel.CONTEXT) {
      throw LlamaRefusal.contextExceeded(tokens, TinyModel.CONTEXT);
    }
    return submit(
        client,
        () -> {
          TinyLlama.Account account = completion.run(model, settings.pace(), client);
          counters.ended(
              account.promptTokens(),
              account.completionTokens(),
              account.ending() != TinyLlama.Ending.CANCELLED);
          completion.finish(account, client);
        });
  }

  private Optional<Future<?>> embed(JsonNode body, LlamaConnection client) {
    if (!settings.embeddings()) {
      throw LlamaRefusal.unsupported("embeddings", "with");
    }
    List<String> inputs = inputs(body.path("input"));
    boolean base64 = body.path("encoding_format").asText("float").equals("base64");
    return submit(
        client,
        () -> {
          ObjectNode answer = WireJson.object().put("object", "list").put("model", modelName(body));
          ArrayNode data = answer.putArray("data");
          int tokens = 0;
          for (int i = 0; i < inputs.size() && !client.gone(); i++) {
            ObjectNode item = data.addObject().put("object", "embedding").put("index", i);
            vector(item, model.embed(inputs.get(i)), base64);
            tokens += model.promptTokens(inputs.get(i));
          }
          answer.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
          counters.ended(tokens, 0, !client.gone());
          client.json(200, answer);
        });
  }

  private Optional<Future<?>> submit(LlamaConnection client, Runnable work) {
    counters.arrived();
    try {
      return Optional.of(
          slots.submit(
              () -> {
                if (client.gone()) {
                  counters.leftBeforeStart();
                  return;
                }
                counters.started();
                try {
                  work.run();
                } catch (RuntimeException e) {
                  counters.failed();
                  throw e;
                }
              }));
    } catch (RejectedExecutionException e) {
      counters.leftBeforeStart();
      throw new LlamaRefusal(503, "unavailable_error", "the engine is stopping");
    }
  }

  private List<String> inputs(JsonNode input) {
    List<String> texts = new ArrayList<>();
    if (input.isTextual()) {
      texts.add(input.asText());
    } else if (input.path(0).isInt()) {
      texts.add(tokens(input));
    } else {
      input.forEach(item -> texts.add(item.isArray() ? tokens(item) : item.asText()));
    }
    if (texts.isEmpty()) {
      throw LlamaRefusal.invalid("\"input\" must be provided");
    }
    return texts;
  }

  private String tokens(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt(-1);
      if (ids[i] < 0 || ids[i] >= TinyModel.VOCABULARY) {
        throw LlamaRefusal.invalid("token " + array.get(i) + " is not in the vocabulary");
      }
    }
    return model.textOf(ids);
  }

  private static void vector(ObjectNode item, float[] values, boolean base64) {
    if (base64) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      item.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
      item.put("encoding_format", "base64");
    } else {
      ArrayNode array = item.putArray("embedding");
      for (float value : values) {
        array.add(value);
      }
    }
  }

  static String modelName(JsonNode body) {
    // llama.cpp serves one model under any name and repeats the one that was asked for.
    return body.path("model").asText(LlamaEngine.MODEL);
  }

  private static ObjectNode models() {
    ObjectNode answer = WireJson.object().put("object", "list");
    answer
        .putArray("data")
        .addObject()
        .put("id", LlamaEngine.MODEL)
        .put("object", "model")
        .put("created", CREATED)
        .put("owned_by", "llamacpp")
        .putObject("meta")
        .put("vocab_type", 1)
        .put("n_vocab", TinyModel.VOCABULARY)
        .put("n_ctx_train", TinyModel.CONTEXT)
        .put("n_embd", TinyModel.EMBEDDING)
        .put("size", TinyModel.BYTES);
    return answer;
  }

  private ObjectNode properties() {
    ObjectNode answer = WireJson.object();
    answer.putObject("default_generation_settings").put("n_ctx", TinyModel.CONTEXT);
    return answer
        .put("total_slots", settings.slots())
        .put("model_path", LlamaEngine.MODEL + ".gguf")
        .put("build_info", "b4916");
  }

  private ArrayNode slotList() {
    ArrayNode list = WireJson.object().putArray("slots");
    int running = counters.running();
    for (int i = 0; i < settings.slots(); i++) {
      list.addObject()
          .put("id", i)
          .put("n_ctx", TinyModel.CONTEXT)
          .put("is_processing", i < running);
    }
    return list;
  }

  private byte[] metrics() {
    EngineCounters.Counts counts = counters.counts();
    String text =
        """
        # TYPE llamacpp:prompt_tokens_total counter
        llamacpp:prompt_tokens_total %d
        # TYPE llamacpp:tokens_predicted_total counter
        llamacpp:tokens_predicted_total %d
        # TYPE llamacpp:requests_processing gauge
        llamacpp:requests_processing %d
        # TYPE llamacpp:requests_deferred gauge
        llamacpp:requests_deferred %d
        """
            .formatted(
                counts.promptTokens(),
                counts.completionTokens(),
                counters.running(),
                counters.waiting());
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
