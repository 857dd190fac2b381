package org.archipel.simulator;

import java.util.Locale;

/** Which inference server a simulated engine presents itself as. */
public enum EngineFlavour {
  VLLM,
  SGLANG,
  LLAMACPP,
  OLLAMA,
  /** Nothing but the OpenAI routes. */
  OPENAI;

  /** The word for this flavour, the same as in Archipel's configuration of engines. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Whether the head of a stream leaves before its first token: so does a Python server, while
   * llama.cpp and Ollama wait for something to say.
   */
  boolean sendsHeadAtOnce() {
    return this == VLLM || this == SGLANG;
  }
}
