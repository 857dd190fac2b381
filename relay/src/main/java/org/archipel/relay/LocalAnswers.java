package org.archipel.relay;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.directory.Grants;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;

/** The answers that need no engine: models and health. */
final class LocalAnswers {
  private final ModelCatalog models;
  private final Instant startedAt;

  LocalAnswers(ModelCatalog models, Instant startedAt) {
    this.models = models;
    this.startedAt = startedAt;
  }

  /**
   * The list of the models that a caller may use, in OpenAI's shape or, for its clients, in
   * Anthropic's.
   */
  byte[] models(boolean anthropic, Grants grants) {
    List<ModelSpec> all =
        models.models().stream().filter(model -> grants.permits(model.id())).toList();
    return Json.write(
        json -> {
          json.writeStartObject();
          if (!anthropic) {
            json.writeStringField("object", "list");
          }
          json.writeArrayFieldStart("data");
          for (ModelSpec model : all) {
            write(json, model, model.id(), anthropic);
            for (String alias : model.aliases()) {
              write(json, model, alias, anthropic);
            }
          }
          json.writeEndArray();
          if (anthropic) {
            json.writeBooleanField("has_more", false);
            json.writeStringField("first_id", all.isEmpty() ? null : all.getFirst().id());
            json.writeStringField("last_id", all.isEmpty() ? null : all.getLast().id());
          }
          json.writeEndObject();
        });
  }

  /** One model; its id may have slashes in it, plain or escaped. */
  Optional<byte[]> model(String escapedName, boolean anthropic, Grants grants) {
    Optional<String> name = unescape(escapedName);
    return name.flatMap(models::find)
        .filter(model -> grants.permits(model.id()))
        .map(model -> Json.write(json -> write(json, model, name.get(), anthropic)));
  }

  /** The process runs. */
  static byte[] live() {
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("status", "live");
          json.writeEndObject();
        });
  }

  /** Whether requests are taken, and how many engines are up to serve them. */
  byte[] ready(boolean ready, String reason) {
    int engines = 0;
    int up = 0;
    for (ModelSpec model : models.models()) {
      for (EngineSpec engine : model.engines()) {
        engines++;
        up += models.status(model.id(), engine.id()).filter(EngineStatus::up).isPresent() ? 1 : 0;
      }
    }
    int total = engines;
    int running = up;
    return Json.write(
        json -> {
          json.writeStartObject();
          json.writeStringField("status", ready ? "ready" : "not_ready");
          if (!ready) {
            json.writeStringField("reason", reason);
          }
          json.writeNumberField("engines", total);
          json.writeNumberField("engines_up", running);
          json.writeEndObject();
        });
  }

  private void write(JsonGenerator json, ModelSpec model, String name, boolean anthropic)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("id", name);
    if (anthropic) {
      json.writeStringField("type", "model");
      json.writeStringField("display_name", name);
      json.writeStringField("created_at", startedAt.toString());
    } else {
      json.writeStringField("object", "model");
      json.writeNumberField("created", startedAt.getEpochSecond());
      json.writeStringField("owned_by", owner(model));
      json.writeArrayFieldStart("permission");
      json.writeEndArray();
      json.writeStringField("kind", model.kind().word());
    }
    OptionalInt window = models.contextWindow(model.id());
    if (window.isPresent()) {
      // Every client reads the spelling that it knows and no other.
      json.writeNumberField("max_model_len", window.getAsInt());
      json.writeNumberField("context_length", window.getAsInt());
      json.writeNumberField("context_window", window.getAsInt());
      json.writeNumberField("max_input_tokens", window.getAsInt());
    }
    json.writeEndObject();
  }

  private static String owner(ModelSpec model) {
    return model.engines().isEmpty() ? "archipel" : model.engines().getFirst().owner();
  }

  private static Optional<String> unescape(String text) {
    try {
      return Optional.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
