package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.archipel.directory.Caller;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.TokenEstimate;

/** Understands whole requests: head and body. Thread-safe. */
final class RequestReader {
  /** Bodies longer than this are better read away from the event loop. */
  static final int READ_INLINE = 512 * 1024;

  /** Characters in a token, roughly, in European languages. */
  private static final int BYTES_PER_TOKEN = 4;

  /** The longest part of a name that is repeated to the client. */
  private static final int SHOWN_NAME = 100;

  private final ModelCatalog models;
  private final AsksReader asks;

  RequestReader(ModelCatalog models, AsksReader asks) {
    this.models = models;
    this.asks = asks;
  }

  /** Reads a request; {@code scratch} is memory for small bodies. */
  RequestReading read(
      RequestHead request, Route route, Caller caller, ByteBuf body, byte[] scratch) {
    try {
      RequestEnvelope envelope = EnvelopeReading.read(request, body, scratch);
      Optional<ModelSpec> model = models.find(envelope.model());
      if (model.isEmpty()) {
        return new RequestReading.Refused(unknownModel(envelope.model()));
      }
      if (!caller.grants().permits(model.get().id())) {
        return new RequestReading.Refused(notAllowed(model.get().id()));
      }
      Prefix prefix =
          route.prompts()
              ? PromptPrefix.of(
                  model.get().id(),
                  caller,
                  body,
                  envelope.prompt(),
                  asks.session(request.headers(), envelope.wishes()))
              : Prefix.NONE;
      return new RequestReading.Understood(
          envelope,
          model.get(),
          asks.read(
              request.headers(), envelope.wishes(), caller.termsFor(model.get().id()), prefix));
    } catch (RefusedException e) {
      return new RequestReading.Refused(e.failure());
    }
  }

  /** How large the request may turn out, until the engine says better. */
  static TokenEstimate estimate(
      RequestHead request, Route route, RequestEnvelope envelope, int bodyLength) {
    // Audio and images say nothing about tokens.
    int prompt = request.multipart() ? 0 : bodyLength / BYTES_PER_TOKEN;
    int limit = envelope.maxTokens() >= 0 ? envelope.maxTokens() : TokenEstimate.UNLIMITED;
    return new TokenEstimate(prompt, route.generates() ? limit : 0);
  }

  private static Failure notAllowed(String model) {
    return Failure.ofParam(
        ErrorCode.MODEL_NOT_ALLOWED,
        "model",
        "model: " + model + " is not allowed to this key (GET /v1/models lists what is)");
  }

  private static Failure unknownModel(String name) {
    String shown = name.substring(0, Math.min(SHOWN_NAME, name.length()));
    return Failure.ofParam(
        ErrorCode.MODEL_NOT_FOUND,
        "model",
        "model: \"" + shown + "\" does not exist here (GET /v1/models lists what does)");
  }
}
