package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.Set;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.TokenEstimate;

/** What a request's body says: what is asked of which model, or why it is refused. */
sealed interface RequestReading {
  /** The body is one for a model of this site. */
  record Understood(RequestEnvelope envelope, ModelSpec model) implements RequestReading {}

  /** The body cannot be served. */
  record Refused(Failure failure) implements RequestReading {}

  /** Bodies longer than this are better read away from the event loop. */
  int READ_INLINE = 512 * 1024;

  /** Characters in a token, roughly, in European languages. */
  int BYTES_PER_TOKEN = 4;

  /** The longest part of a name that is repeated to the client. */
  int SHOWN_NAME = 100;

  /** Reads a body; {@code scratch} is memory for small ones. */
  static RequestReading of(RequestHead request, ByteBuf body, byte[] scratch, ModelCatalog models) {
    try {
      RequestEnvelope envelope = EnvelopeReading.read(request, body, scratch);
      Optional<ModelSpec> model = models.find(envelope.model());
      if (model.isPresent()) {
        return new Understood(envelope, model.get());
      }
      String name = envelope.model();
      String shown = name.substring(0, Math.min(SHOWN_NAME, name.length()));
      return new Refused(
          Failure.ofParam(
              ErrorCode.MODEL_NOT_FOUND,
              "model",
              "model: \"" + shown + "\" does not exist here (GET /v1/models lists what does)"));
    } catch (RefusedException e) {
      return new Refused(e.failure());
    }
  }

  /** How many tokens a prompt may have, until the engine says better. */
  static int estimatedPrompt(RequestHead request, int bodyLength) {
    // Audio and images say nothing about tokens.
    return request.multipart() ? 0 : bodyLength / BYTES_PER_TOKEN;
  }

  /** What the request asks of its pool. */
  static Demand demand(
      Settlement settlement, RequestEnvelope envelope, int estimatedPrompt, long deadlineNanos) {
    return new Demand(
        new Flow(
            settlement.caller().organization(),
            settlement.caller().project(),
            ServiceClass.STANDARD),
        new TokenEstimate(
            estimatedPrompt,
            envelope.maxTokens() >= 0 ? envelope.maxTokens() : TokenEstimate.UNLIMITED),
        Prefix.NONE,
        RoutingMode.ANY,
        new Patience(settlement.arrivedNanos(), deadlineNanos, Integer.MAX_VALUE),
        Set.of());
  }
}
