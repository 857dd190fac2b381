package org.archipel.relay;

import java.util.Set;

/**
 * An API route, as far as the relay treats routes differently.
 *
 * @param path the path as it goes to the engine and into the ledger, without the query
 * @param kind which dialect is spoken there
 */
record Route(String path, Kind kind) {
  enum Kind {
    CHAT,
    COMPLETIONS,
    EMBEDDINGS,
    RESPONSES,
    MESSAGES,
    COUNT_TOKENS,
    /** Passed through: rerank, score, audio, images and what comes next. */
    OTHER
  }

  /** For answers to requests whose route nobody knows. */
  static final Route UNKNOWN = new Route("/v1/*", Kind.OTHER);

  private static final Route CHAT = new Route("/v1/chat/completions", Kind.CHAT);
  private static final int MAX_PATH = 100;

  /** Routes of vLLM and SGLang that read a prompt and write nothing. */
  private static final Set<String> PROMPT_ONLY =
      Set.of(
          "/v1/rerank",
          "/v1/score",
          "/v1/classify",
          "/v1/pooling",
          "/v1/tokenize",
          "/v1/detokenize");

  /**
   * In the routes below /v1 that change an engine instead of using it (vLLM's LoRA loading and
   * unloading): never open to callers, with whatever around it.
   */
  private static final String FORBIDDEN = "load_lora_adapter";

  /** Whether its requests are about audio, so that a length in an answer is one of audio. */
  boolean audio() {
    return path.startsWith("/v1/audio/");
  }

  /** Whether {@code path} may be passed to an engine at all. */
  static boolean passable(String path) {
    return path.startsWith("/v1/")
        && path.length() > 4
        && path.length() <= MAX_PATH
        && plain(path)
        && !path.contains("/.")
        && !path.contains("//")
        && !path.contains(FORBIDDEN);
  }

  static Route of(String path) {
    return switch (path) {
      case "/v1/chat/completions" -> CHAT;
      case "/v1/completions" -> new Route(path, Kind.COMPLETIONS);
      case "/v1/embeddings" -> new Route(path, Kind.EMBEDDINGS);
      case "/v1/responses" -> new Route(path, Kind.RESPONSES);
      case "/v1/messages" -> new Route(path, Kind.MESSAGES);
      case "/v1/messages/count_tokens" -> new Route(path, Kind.COUNT_TOKENS);
      default -> new Route(path, Kind.OTHER);
    };
  }

  /** Whether errors here have Anthropic's shape. */
  boolean anthropic() {
    return kind == Kind.MESSAGES || kind == Kind.COUNT_TOKENS;
  }

  /** Whether usage in a stream has to be asked for with {@code stream_options}. */
  boolean usageOnRequest() {
    return kind == Kind.CHAT || kind == Kind.COMPLETIONS;
  }

  /** Whether a model writes text here of which the beginning of the prompt can be cached. */
  boolean prompts() {
    return kind == Kind.CHAT
        || kind == Kind.COMPLETIONS
        || kind == Kind.RESPONSES
        || kind == Kind.MESSAGES;
  }

  /** Whether an engine that knows the field {@code priority} knows it here (engines.md §3). */
  boolean takesPriority() {
    return kind == Kind.CHAT || kind == Kind.COMPLETIONS || kind == Kind.RESPONSES;
  }

  /** Whether tokens are generated here, as far as anybody knows: embeddings end with the prompt. */
  boolean generates() {
    return kind != Kind.EMBEDDINGS && kind != Kind.COUNT_TOKENS && !PROMPT_ONLY.contains(path);
  }

  /** Letters, digits, and {@code / _ - .} only: no escapes that an engine could read otherwise. */
  private static boolean plain(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean ok =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '/'
              || c == '_'
              || c == '-'
              || c == '.';
      if (!ok) {
        return false;
      }
    }
    return true;
  }
}
