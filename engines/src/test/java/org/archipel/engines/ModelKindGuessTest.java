package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelKindGuessTest {
  @ParameterizedTest
  @CsvSource({
    "mistralai/Mistral-Small-3.2-24B-Instruct-2506, CHAT",
    "google/gemma-3n-E5B-it, CHAT",
    "bigtext-7b, CHAT",
    "nomic-embed-text:latest, EMBEDDING",
    "Qwen/Qwen3-Embedding-8B, EMBEDDING",
    "BAAI/bge-m3, EMBEDDING",
    "intfloat/multilingual-e5-large, EMBEDDING",
    "thenlper/gte-base, EMBEDDING",
    "BAAI/bge-reranker-v2-m3, RERANK",
    "Qwen/Qwen3-Reranker-4B, RERANK",
    "openai/whisper-large-v3, TRANSCRIPTION",
    "mistralai/Voxtral-Mini-3B-2507, TRANSCRIPTION",
    "mistralai/Voxtral-4B-TTS-2603, SPEECH",
    "hexgrad/Kokoro-82M, SPEECH"
  })
  void kindFollowsFromTheName(String name, ModelKind kind) {
    assertThat(ModelKindGuess.fromName(name)).isEqualTo(kind);
  }
}
