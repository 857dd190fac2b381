package org.archipel.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.FullHttpRequest;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.archipel.simulator.SimulatedModel.Kind;

/** Turns requests for inference into plans. Usable from all event loops. */
final class Routes {
  private static final byte[] PICTURE = Picture.png();
  private static final int MOST_PICTURES = 10;

  private final EngineState state;
  private final AnswerWriter writer;
  private final EmbeddingRoutes embeddings;

  Routes(EngineState state) {
    this.state = state;
    this.writer = new AnswerWriter(state.options);
    this.embeddings = new EmbeddingRoutes(state);
  }

  /**
   * What to do for this request.
   *
   * @return nothing if no route has this path
   * @throws ApiError if the request is to be refused
   */
  Optional<Plan> plan(String path, String requestId, FullHttpRequest request, Faults faults) {
    Incoming in = new Incoming(path, requestId, faults);
    return switch (path) {
      case "/v1/chat/completions" -> Optional.of(chat(in, Wire.read(request.content())));
      case "/v1/completions" -> Optional.of(completion(in, Wire.read(request.content())));
      case "/v1/responses" -> Optional.of(responses(in, Wire.read(request.content())));
      case "/v1/messages" -> Optional.of(messages(in, Wire.read(request.content())));
      case "/v1/embeddings" -> Optional.of(embed(in, Wire.read(request.content())));
      case "/v1/rerank", "/rerank", "/v2/rerank" ->
          Optional.of(rerank(in, Wire.read(request.content())));
      case "/v1/score", "/score" -> Optional.of(score(in, Wire.read(request.content())));
      case "/v1/audio/transcriptions", "/v1/audio/translations" ->
          Optional.of(transcript(in, AudioForm.read(request)));
      case "/v1/audio/speech" -> Optional.of(speech(in, Wire.read(request.content())));
      case "/v1/images/generations" -> Optional.of(pictures(in, Wire.read(request.content())));
      default -> Optional.empty();
    };
  }

  private record Incoming(String path, String requestId, Faults faults) {}

  private Plan chat(Incoming in, JsonNode body) {
    String model = model(body, Kind.CHAT).name();
    Ask ask = Ask.chat(body);
    Told told = told(in, body, model, ask);
    return plan(in, told, new CompletionFormat(told, ask.choices(), true), streams(body));
  }

  private Plan completion(Incoming in, JsonNode body) {
    String model = model(body, Kind.CHAT).name();
    Ask ask = Ask.completion(body);
    Told told = told(in, body, model, ask);
    return plan(in, told, new CompletionFormat(told, ask.choices(), false), streams(body));
  }

  private Plan responses(Incoming in, JsonNode body) {
    String model = model(body, Kind.CHAT).name();
    Told told = told(in, body, model, Ask.responses(body));
    return plan(in, told, new ResponsesFormat(told, body), streams(body));
  }

  private Plan messages(Incoming in, JsonNode body) {
    String model = model(body, Kind.CHAT).name();
    Told told = told(in, body, model, Ask.anthropic(body));
    return plan(in, told, new MessagesFormat(told), streams(body));
  }

  /** Tokens that a prompt of Anthropic's Messages has. */
  Page countTokens(FullHttpRequest request) {
    JsonNode body = Wire.read(request.content());
    var _ = model(body, Kind.CHAT);
    return Page.json(Wire.object().put("input_tokens", Ask.anthropic(body).promptTokens()));
  }

  private Told told(Incoming in, JsonNode body, String model, Ask ask) {
    int window = state.model(model).orElseThrow().contextWindow();
    int demanded = ask.maxTokens().orElse(0);
    if (ask.promptTokens() + (long) demanded > window || ask.promptTokens() >= window) {
      throw ApiError.badRequest(
          ("This model's maximum context length is %d tokens. However, you requested %d tokens in"
                  + " the messages and %d in the completion. Please reduce the length.")
              .formatted(window, ask.promptTokens(), demanded));
    }
    Answer answer = writer.answer(ask, model, in.faults());
    int cached = state.prefixes.lookup(model + "\n" + ask.prompt(), ask.promptTokens());
    Usage usage =
        new Usage(
            ask.promptTokens(),
            cached,
            answer.tokens() * ask.choices(),
            !state.has(EngineQuirk.NO_CACHED_TOKENS));
    Reporting reporting = Reporting.of(body, in.faults(), state);
    return new Told(id(in.requestId()), state.nowSeconds(), model, answer, usage, reporting);
  }

  private Plan embed(Incoming in, JsonNode body) {
    String model = model(body, Kind.EMBEDDING).name();
    return plan(in, model, embeddings.embeddings(body, model));
  }

  private Plan rerank(Incoming in, JsonNode body) {
    String model = model(body, Kind.RERANK).name();
    return plan(in, model, embeddings.rerank(body, model));
  }

  private Plan score(Incoming in, JsonNode body) {
    String model = model(body, Kind.RERANK).name();
    return plan(in, model, embeddings.score(body, model));
  }

  private Plan transcript(Incoming in, AudioForm form) {
    String model = model(form.field("model", ""), Kind.TRANSCRIPTION).name();
    String format = form.field("response_format", "json");
    if (!TranscriptFormat.knows(format)) {
      throw ApiError.badRequest("response_format: unknown (expected: json, text, srt, vtt)");
    }
    long seconds =
        form.seconds().orElseThrow(() -> ApiError.badRequest("file: missing (expected: a file)"));
    String words =
        "Simulated transcript by %s of %d seconds of sound: no speech model heard it."
            .formatted(model, seconds);
    Answer answer = new Answer(words, Optional.empty(), false);
    Reporting reporting = new Reporting(false, false, in.faults().noUsage(), true, false);
    Usage usage = new Usage(0, 0, answer.tokens(), false);
    Told told = new Told(id(in.requestId()), state.nowSeconds(), model, answer, usage, reporting);
    boolean stream = form.field("stream", "false").toLowerCase(Locale.ROOT).equals("true");
    return plan(in, told, new TranscriptFormat(told, format, seconds), stream);
  }

  private Plan speech(Incoming in, JsonNode body) {
    String model = model(body, Kind.SPEECH).name();
    if (!body.path("input").isTextual()) {
      throw ApiError.badRequest("input: missing (expected: text)");
    }
    String text = body.path("input").textValue();
    WholeBody sound =
        switch (body.path("response_format").asText("wav")) {
          case "wav" -> new WholeBody("audio/wav", Tone.wav(text));
          case "pcm" -> new WholeBody("audio/pcm", Tone.pcm(text));
          default -> throw ApiError.badRequest("response_format: unknown (expected: wav or pcm)");
        };
    return plan(in, model, new EmbeddingRoutes.Scored(sound, TokenRule.count(text)));
  }

  private Plan pictures(Incoming in, JsonNode body) {
    String model = model(body, Kind.IMAGE).name();
    int count = body.path("n").asInt(1);
    if (!body.path("prompt").isTextual() || count < 1 || count > MOST_PICTURES) {
      throw ApiError.badRequest("prompt: missing, or n out of range (expected: text, 1 to 10)");
    }
    int tokens = TokenRule.count(body.path("prompt").textValue());
    ObjectNode answer = Wire.object().put("created", state.nowSeconds());
    ArrayNode data = answer.putArray("data");
    for (int i = 0; i < count; i++) {
      data.addObject().put("b64_json", Base64.getEncoder().encodeToString(PICTURE));
    }
    ObjectNode usage = answer.putObject("usage").put("input_tokens", tokens);
    usage.put("output_tokens", 0).put("total_tokens", tokens);
    usage.putObject("input_tokens_details").put("text_tokens", tokens).put("image_tokens", 0);
    return plan(in, model, new EmbeddingRoutes.Scored(WholeBody.json(answer), tokens));
  }

  private static Plan plan(Incoming in, Told told, AnswerFormat format, boolean stream) {
    return new Plan(in.requestId(), in.path(), told.model(), told.usage(), format, stream);
  }

  private static Plan plan(Incoming in, String model, EmbeddingRoutes.Scored scored) {
    Usage usage = new Usage(scored.tokens(), 0, 0, false);
    return new Plan(in.requestId(), in.path(), model, usage, scored.body(), false);
  }

  private SimulatedModel model(JsonNode body, Kind kind) {
    return model(body.path("model").asText(""), kind);
  }

  private SimulatedModel model(String name, Kind kind) {
    SimulatedModel model = state.model(name).orElseThrow(() -> ApiError.modelNotFound(name));
    if (model.kind() != kind) {
      String word = kind.name().toLowerCase(Locale.ROOT);
      throw ApiError.badRequest("The model `" + name + "` does not support " + word + ".");
    }
    return model;
  }

  private static boolean streams(JsonNode body) {
    return body.path("stream").asBoolean(false);
  }

  private String id(String requestId) {
    return requestId.isEmpty() ? state.nextId() : requestId;
  }
}
