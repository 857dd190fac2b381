package org.archipel.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What an engine tells about itself: health, version, models, load. Usable from all event loops.
 */
final class InfoPages {
  private static final int ANY_SIZE = 1_000_000_000;
  private final EngineState state;
  private final LoadPages load;

  InfoPages(EngineState state, LoadPages load) {
    this.state = state;
    this.load = load;
  }

  /** The page at this path with GET or HEAD, if there is one. */
  Optional<Page> page(String path, String query) {
    if (path.equals("/simulator/counters")) {
      return Optional.of(counters());
    }
    if (path.equals("/v1/models")) {
      return Optional.of(Page.json(models()));
    }
    if (path.startsWith("/v1/models/")) {
      return Optional.of(model(path.substring("/v1/models/".length())));
    }
    return switch (state.flavour()) {
      case VLLM -> vllm(path, query);
      case SGLANG -> sglang(path, query);
      case LLAMACPP -> llamacpp(path, query);
      case OLLAMA -> ollama(path);
      case OPENAI -> Optional.empty();
    };
  }

  private Optional<Page> vllm(String path, String query) {
    return switch (path) {
      case "/health", "/ping" -> Optional.of(health(""));
      case "/version" -> Optional.of(Page.json(Wire.object().put("version", "0.30.1")));
      default -> load.page(path, query);
    };
  }

  private Optional<Page> sglang(String path, String query) {
    return switch (path) {
      case "/health", "/health_generate" -> Optional.of(health(""));
      case "/server_info", "/get_server_info" ->
          Optional.of(
              Page.json(
                  Wire.object()
                      .put("version", "0.5.20")
                      .put("max_running_requests", state.options.maxConcurrency())
                      .put("max_total_num_tokens", state.kvTokens())
                      .put("enable_priority_scheduling", false)
                      .put("schedule_low_priority_values_first", false)));
      default -> load.page(path, query);
    };
  }

  private Optional<Page> llamacpp(String path, String query) {
    return switch (path) {
      case "/health" -> Optional.of(health("{\"status\":\"ok\"}"));
      case "/props" -> Optional.of(props());
      default -> load.page(path, query);
    };
  }

  private Page props() {
    SimulatedModel model = state.options.models().get(0);
    ObjectNode body = Wire.object().put("total_slots", state.options.maxConcurrency());
    body.put("model_path", model.name()).put("build_info", "b11139-simulated");
    body.put("chat_template", "");
    body.putObject("default_generation_settings").put("n_ctx", model.contextWindow());
    return Page.json(body);
  }

  private Optional<Page> ollama(String path) {
    return switch (path) {
      case "/" -> Optional.of(Page.text(200, "Ollama is running"));
      case "/api/version" -> Optional.of(Page.json(Wire.object().put("version", "0.34.3")));
      case "/api/tags" -> Optional.of(Page.json(tags(false)));
      case "/api/ps" -> Optional.of(Page.json(tags(true)));
      default -> Optional.empty();
    };
  }

  private ObjectNode tags(boolean loaded) {
    ObjectNode body = Wire.object();
    ArrayNode list = body.putArray("models");
    Instant now = state.options.clock().instant();
    for (SimulatedModel model : state.options.models()) {
      ObjectNode entry = list.addObject().put("name", tagged(model)).put("model", tagged(model));
      entry.put("size", ANY_SIZE).put("digest", "0".repeat(64));
      entry.putObject("details").put("format", "gguf").put("family", "simulated");
      if (loaded) {
        entry.put("expires_at", now.plus(Duration.ofMinutes(5)).toString());
        entry.put("size_vram", ANY_SIZE).put("context_length", model.contextWindow());
      } else {
        entry.put("modified_at", now.toString());
      }
    }
    return body;
  }

  private static String tagged(SimulatedModel model) {
    return model.name().contains(":") ? model.name() : model.name() + ":latest";
  }

  private Page health(String well) {
    if (!state.healthy.get()) {
      return Page.json(503, Wire.error(503, "unavailable_error", "Loading model"));
    }
    return well.isEmpty() ? Page.text(200, "") : Page.rawJson(well);
  }

  private ObjectNode models() {
    ObjectNode body = Wire.object().put("object", "list");
    ArrayNode data = body.putArray("data");
    for (SimulatedModel model : state.options.models()) {
      data.add(entry(model));
    }
    return body;
  }

  private Page model(String name) {
    return state
        .model(name)
        .map(model -> Page.json(entry(model)))
        .orElseGet(
            () -> {
              ApiError error = ApiError.modelNotFound(name);
              return Page.json(error.status, Wire.error(error.status, error.type, error.text()));
            });
  }

  private ObjectNode entry(SimulatedModel model) {
    EngineFlavour flavour = state.flavour();
    boolean ollama = flavour == EngineFlavour.OLLAMA;
    ObjectNode entry = Wire.object().put("id", ollama ? tagged(model) : model.name());
    entry.put("object", "model").put("created", state.nowSeconds());
    entry.put("owned_by", ollama ? "library" : flavour.word().toLowerCase(Locale.ROOT));
    switch (flavour) {
      case VLLM -> {
        entry.put("root", model.name()).putNull("parent");
        entry.put("max_model_len", model.contextWindow());
        entry.putArray("permission");
      }
      case SGLANG -> entry.put("root", model.name()).put("max_model_len", model.contextWindow());
      case LLAMACPP -> entry.putObject("meta").put("n_ctx_train", model.contextWindow());
      case OLLAMA, OPENAI -> {}
    }
    return entry;
  }

  private Page counters() {
    EngineCounters now = state.counters.snapshot(state.batch.waiting());
    ObjectNode body = Wire.object();
    body.put("started", now.started()).put("completed", now.completed());
    body.put("cancelled", now.cancelled()).put("failed", now.failed());
    body.put("refused", now.refused()).put("running", now.running());
    body.put("waiting", now.waiting()).put("open_connections", now.openConnections());
    body.put("completed_prompt_tokens", now.completedPromptTokens());
    body.put("completed_tokens", now.completedTokens());
    body.put("prompt_tokens", now.promptTokens()).put("tokens", now.tokens());
    return Page.json(body);
  }
}
