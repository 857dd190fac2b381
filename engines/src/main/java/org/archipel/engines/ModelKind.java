package org.archipel.engines;

import java.util.Locale;
import java.util.Optional;

/** What a model is for. */
public enum ModelKind {
  CHAT,
  EMBEDDING,
  RERANK,
  TRANSCRIPTION,
  SPEECH;

  /** The word for this kind in configuration, API and console. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of that word, if there is one. */
  public static Optional<ModelKind> of(String word) {
    for (ModelKind kind : values()) {
      if (kind.word().equals(word)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
