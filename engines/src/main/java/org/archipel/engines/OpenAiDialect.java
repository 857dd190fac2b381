package org.archipel.engines;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Anything else that speaks the OpenAI API: only {@code /v1/models} can be counted on. */
final class OpenAiDialect implements EngineDialect {
  private static final String MODELS = "/v1/models";

  @Override
  public Findings examine(EngineSession session, Optional<String> wanted, Findings previous)
      throws EngineProblemException, InterruptedException {
    Answer answer = session.get(MODELS);
    if (answer.status() == 404 || answer.status() == 405) {
      // Some servers of one model have no list; that they answer is all that can be known.
      return Findings.NONE;
    }
    List<FoundModel> models =
        EngineDialect.openAiModels(ProblemWords.json(answer, MODELS, session.hasKey()));
    return new Findings(Optional.empty(), OptionalInt.empty(), false, models, true);
  }
}
