package org.archipel.acceptance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.archipel.simulator.SimulatedModel;

/** Correct requests of every kind that a site serves, for models of fixed names. */
final class MixedRequests {
  /** The models that a simulated engine needs to serve them all. */
  static final SimulatedModel[] MODELS = {
    SimulatedModel.chat("chat"),
    SimulatedModel.of("embed", SimulatedModel.Kind.EMBEDDING),
    SimulatedModel.of("order", SimulatedModel.Kind.RERANK),
    SimulatedModel.of("listen", SimulatedModel.Kind.TRANSCRIPTION),
    SimulatedModel.of("speak", SimulatedModel.Kind.SPEECH)
  };

  private static final String BOUNDARY = "a-boundary-of-mixed-requests";
  private static final String JSON = "application/json";

  /** What is asked for. */
  enum Kind {
    CHAT("/v1/chat/completions", "chat"),
    CHAT_STREAM("/v1/chat/completions", "chat"),
    COMPLETION("/v1/completions", "chat"),
    COMPLETION_STREAM("/v1/completions", "chat"),
    EMBEDDINGS("/v1/embeddings", "embed"),
    RESPONSE("/v1/responses", "chat"),
    RESPONSE_STREAM("/v1/responses", "chat"),
    MESSAGE("/v1/messages", "chat"),
    MESSAGE_STREAM("/v1/messages", "chat"),
    RERANK("/v1/rerank", "order"),
    TRANSCRIPTION("/v1/audio/transcriptions", "listen"),
    SPEECH("/v1/audio/speech", "speak");

    private final String route;
    private final String model;

    Kind(String route, String model) {
      this.route = route;
      this.model = model;
    }

    String route() {
      return route;
    }

    String model() {
      return model;
    }

    boolean streams() {
      return name().endsWith("_STREAM");
    }

    /** Whether engines say how many tokens such a request took. */
    boolean reportsTokens() {
      return this != TRANSCRIPTION && this != SPEECH;
    }
  }

  private static final List<Kind> KINDS = Arrays.asList(Kind.values());

  private final String key;

  MixedRequests(String key) {
    this.key = key;
  }

  static Kind anyKind(Random random) {
    return KINDS.get(random.nextInt(KINDS.size()));
  }

  /**
   * The bytes of a request.
   *
   * @param id its {@code x-request-id}; part of the prompt too
   * @param tokens how long the answer may be, where that can be said
   */
  byte[] bytes(Kind kind, String id, int tokens) {
    return bytes(kind, id, id, tokens);
  }

  /**
   * The same with a prompt of its own.
   *
   * @param subject what the prompt is about
   */
  byte[] bytes(Kind kind, String id, String subject, int tokens) {
    if (kind == Kind.TRANSCRIPTION) {
      return request(kind, id, "multipart/form-data; boundary=" + BOUNDARY, form());
    }
    String body =
        "{\"model\":\"%s\",\"stream\":%b,%s}"
            .formatted(kind.model, kind.streams(), fields(kind, subject, tokens));
    return request(kind, id, JSON, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String fields(Kind kind, String subject, int tokens) {
    String chat = "\"messages\":[{\"role\":\"user\",\"content\":\"what is " + subject + "?\"}]";
    return switch (kind) {
      case CHAT, CHAT_STREAM, MESSAGE, MESSAGE_STREAM -> chat + ",\"max_tokens\":" + tokens;
      case COMPLETION, COMPLETION_STREAM ->
          "\"prompt\":\"once upon %s\",\"max_tokens\":%d".formatted(subject, tokens);
      case RESPONSE, RESPONSE_STREAM ->
          "\"input\":\"tell of %s\",\"max_output_tokens\":%d".formatted(subject, tokens);
      case EMBEDDINGS -> "\"input\":[\"%s\",\"the sea\"],\"dimensions\":32".formatted(subject);
      case RERANK -> "\"query\":\"%s\",\"documents\":[\"an island\",\"a ship\"]".formatted(subject);
      case SPEECH -> "\"input\":\"%s\",\"voice\":\"alba\"".formatted(subject);
      case TRANSCRIPTION -> throw new IllegalArgumentException("a form has no JSON");
    };
  }

  private static byte[] form() {
    String start =
        """
        --%1$s
        Content-Disposition: form-data; name="model"

        listen
        --%1$s
        Content-Disposition: form-data; name="file"; filename="a.wav"
        Content-Type: audio/wav

        """
            .formatted(BOUNDARY)
            .replace("\n", "\r\n");
    String end = "\r\n--" + BOUNDARY + "--\r\n";
    return RawRequest.join(
        start.getBytes(StandardCharsets.UTF_8),
        WaveFile.ofSilence(1),
        end.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] request(Kind kind, String id, String type, byte[] body) {
    return RawRequest.of("POST", kind.route, type, body)
        .with("Authorization: Bearer " + key, "x-request-id: " + id)
        .withLength()
        .bytes();
  }
}
