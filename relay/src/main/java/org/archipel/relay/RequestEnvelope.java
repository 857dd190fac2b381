package org.archipel.relay;

import java.util.Optional;

/**
 * What the relay read of a body, and where it stands there. The body itself stays bytes.
 *
 * @param model the model that is named
 * @param modelSpan where the name stands, quotes included in JSON
 * @param bodyStart the place after the opening brace, where fields can be put; -1 in multipart
 * @param stream whether a stream is asked for
 * @param streamOptions what the caller says about usage in the stream
 * @param encodingFormat the form of embeddings that is asked for
 * @param maxTokens the limit of tokens that is asked for, or -1
 */
record RequestEnvelope(
    String model,
    Span modelSpan,
    int bodyStart,
    boolean stream,
    StreamOptions streamOptions,
    Optional<String> encodingFormat,
    int maxTokens) {

  /**
   * The field {@code stream_options}.
   *
   * @param span the whole value; {@link Span#NONE} when the field is missing
   * @param inner the place after its opening brace; -1 when it is no object
   * @param empty whether the object has no fields
   * @param includeUsageSpan the value of {@code include_usage}
   * @param includeUsage whether the caller wants usage
   * @param continuous whether the caller wants usage in every chunk (an extension of vLLM)
   */
  record StreamOptions(
      Span span,
      int inner,
      boolean empty,
      Span includeUsageSpan,
      boolean includeUsage,
      boolean continuous) {
    static final StreamOptions ABSENT =
        new StreamOptions(Span.NONE, -1, true, Span.NONE, false, false);
  }

  /** For embeddings, whether base64 is asked for, or else numbers; nothing on other routes. */
  Optional<Boolean> wantsBase64(Route.Kind kind) {
    return kind == Route.Kind.EMBEDDINGS
        ? Optional.of(encodingFormat.equals(Optional.of("base64")))
        : Optional.empty();
  }
}
