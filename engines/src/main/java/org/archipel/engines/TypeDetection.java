package org.archipel.engines;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Finds out what speaks at a URL. The model list's {@code owned_by} decides where it is telling;
 * else each type is recognized by what only it answers.
 */
final class TypeDetection {
  private TypeDetection() {}

  static EngineType detect(EngineSession session)
      throws EngineProblemException, InterruptedException {
    Answer list = session.get("/v1/models");
    if (list.status() == 401 || list.status() == 403 || list.status() == 503) {
      throw ProblemWords.ofStatus(list.status(), "/v1/models", session.hasKey());
    }
    Optional<EngineType> owner = ownedBy(list.json());
    if (owner.isPresent()) {
      return owner.get();
    }
    if (answers(session, "/api/version", "version") && answers(session, "/api/tags", "models")) {
      return EngineType.OLLAMA;
    }
    if (answers(session, "/props", "default_generation_settings")) {
      return EngineType.LLAMACPP;
    }
    if (answers(session, "/get_model_info", "model_path")
        || answers(session, "/model_info", "model_path")) {
      return EngineType.SGLANG;
    }
    if (list.json().path("data").isArray()) {
      return EngineType.OPENAI;
    }
    if (list.ok()) {
      // Says what is wrong with the list: no JSON, too long, no models in it.
      EngineDialect.openAiModels(ProblemWords.json(list, "/v1/models", session.hasKey()));
    }
    throw ProblemWords.answered(
        "answers, but like no engine that is known (" + list.status() + " at /v1/models)",
        "is this the base URL of an inference engine, without /v1?");
  }

  private static Optional<EngineType> ownedBy(JsonNode list) {
    for (JsonNode model : JsonFacts.elements(list.path("data"))) {
      // Ollama says library, others say anything: not telling.
      Optional<EngineType> type =
          switch (model.path("owned_by").asText("")) {
            case "vllm" -> Optional.of(EngineType.VLLM);
            case "sglang" -> Optional.of(EngineType.SGLANG);
            case "llamacpp" -> Optional.of(EngineType.LLAMACPP);
            default -> Optional.empty();
          };
      if (type.isPresent()) {
        return type;
      }
    }
    return Optional.empty();
  }

  private static boolean answers(EngineSession session, String path, String field)
      throws EngineProblemException, InterruptedException {
    Optional<Answer> answer = session.ask(path);
    return answer.isPresent() && answer.get().json().has(field);
  }
}
