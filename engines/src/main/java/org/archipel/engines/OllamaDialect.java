package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ollama: {@code /api/version}, {@code /api/tags}, {@code /api/ps} for the context of what is
 * loaded, {@code /api/show} for the kind and the context of the rest. It has no metrics and tells
 * its number of slots to nobody.
 */
final class OllamaDialect implements EngineDialect {
  private static final Pattern NUM_CTX = Pattern.compile("(?m)^num_ctx\\s+(\\d{1,9})\\s*$");

  @Override
  public Findings examine(EngineSession session, Optional<String> wanted, Findings previous)
      throws EngineProblemException, InterruptedException {
    Optional<String> version = JsonFacts.version(session.json("/api/version"), "version");
    JsonNode tags = session.json("/api/tags");
    Map<String, Integer> loaded = loadedContexts(session);
    List<FoundModel> models = new ArrayList<>();
    for (JsonNode tag : JsonFacts.elements(tags.path("models"))) {
      Optional<String> name = JsonFacts.name(tag, "name");
      if (name.isPresent()) {
        boolean details = wanted.isEmpty() || matches(wanted.get(), name.get());
        FoundModel model = model(session, name.get(), tag, previous, details);
        Integer context = loaded.get(name.get());
        models.add(context == null ? model : withContext(model, OptionalInt.of(context)));
      }
    }
    return new Findings(version, OptionalInt.empty(), false, models, true);
  }

  /** Whether a name that a caller uses means the tag: {@code llama3} is {@code llama3:latest}. */
  static boolean matches(String wanted, String tag) {
    return tag.equals(wanted) || tag.equals(wanted + ":latest");
  }

  private static Map<String, Integer> loadedContexts(EngineSession session)
      throws EngineProblemException, InterruptedException {
    Map<String, Integer> contexts = new HashMap<>();
    Optional<Answer> answer = session.ask("/api/ps");
    if (answer.isPresent()) {
      for (JsonNode running : JsonFacts.elements(answer.get().json().path("models"))) {
        OptionalInt context = JsonFacts.positiveInt(running, "context_length");
        Optional<String> name = JsonFacts.name(running, "name");
        if (context.isPresent() && name.isPresent()) {
          contexts.put(name.get(), context.getAsInt());
        }
      }
    }
    return contexts;
  }

  private static FoundModel model(
      EngineSession session, String name, JsonNode tag, Findings previous, boolean details)
      throws EngineProblemException, InterruptedException {
    Optional<String> digest = JsonFacts.name(tag, "digest");
    Optional<FoundModel> known =
        previous.model(name).filter(m -> digest.isPresent() && m.revision().equals(digest));
    if (known.isPresent()) {
      // Also when it was unloaded meanwhile: it will be loaded with the same context again.
      return known.get();
    }
    ModelKind guess = ModelKindGuess.fromName(name);
    if (!details) {
      return new FoundModel(name, guess, OptionalInt.empty(), Optional.empty());
    }
    JsonNode question = JsonNodeFactory.instance.objectNode().put("model", name);
    Optional<Answer> answer = session.ask("/api/show", question);
    if (answer.isEmpty() || !answer.get().json().isObject()) {
      // Without a revision, so that it is asked again next time.
      return new FoundModel(name, guess, OptionalInt.empty(), Optional.empty());
    }
    JsonNode show = answer.get().json();
    return new FoundModel(name, kind(name, show), context(show), digest);
  }

  private static ModelKind kind(String name, JsonNode show) {
    boolean completes = false;
    for (JsonNode capability : JsonFacts.elements(show.path("capabilities"))) {
      if (capability.asText().equals("embedding")) {
        return ModelKindGuess.ofNonGenerating(name);
      }
      completes |= capability.asText().equals("completion");
    }
    return completes ? ModelKind.CHAT : ModelKindGuess.fromName(name);
  }

  /** What the model's file sets, else what the model can at most. */
  private static OptionalInt context(JsonNode show) {
    Matcher set = NUM_CTX.matcher(show.path("parameters").asText(""));
    if (set.find() && Integer.parseInt(set.group(1)) > 0) {
      return OptionalInt.of(Integer.parseInt(set.group(1)));
    }
    JsonNode info = show.path("model_info");
    String architecture = info.path("general.architecture").asText("");
    return JsonFacts.positiveInt(info, architecture + ".context_length");
  }

  private static FoundModel withContext(FoundModel model, OptionalInt context) {
    return new FoundModel(model.name(), model.kind(), context, model.revision());
  }
}
