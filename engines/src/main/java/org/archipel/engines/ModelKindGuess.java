package org.archipel.engines;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Guesses what a model is for from its name, where its engine does not say. */
final class ModelKindGuess {
  private record Rule(Pattern name, ModelKind kind) {}

  // In this order: bge-reranker is a reranker although bge names embeddings.
  private static final List<Rule> RULES =
      List.of(
          new Rule(Pattern.compile("rerank"), ModelKind.RERANK),
          new Rule(Pattern.compile(word("tts|kokoro|orpheus")), ModelKind.SPEECH),
          new Rule(
              Pattern.compile("whisper|voxtral|parakeet|transcri|" + word("asr|canary")),
              ModelKind.TRANSCRIPTION),
          new Rule(
              Pattern.compile("embed|" + word("bge|e5|gte|minilm|sentence")), ModelKind.EMBEDDING));

  private ModelKindGuess() {}

  static ModelKind fromName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Rule rule : RULES) {
      if (rule.name().matcher(lower).find()) {
        return rule.kind();
      }
    }
    return ModelKind.CHAT;
  }

  /** The kind of a model of which its engine says that it only embeds, or reranks. */
  static ModelKind ofNonGenerating(String name) {
    return fromName(name) == ModelKind.RERANK ? ModelKind.RERANK : ModelKind.EMBEDDING;
  }

  /** Short names count only as whole words: gemma-3n-e5b is no e5. */
  private static String word(String alternatives) {
    return "(?<![a-z0-9])(?:" + alternatives + ")(?![a-z0-9])";
  }
}
