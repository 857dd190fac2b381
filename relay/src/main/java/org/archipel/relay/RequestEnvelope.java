package org.archipel.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.archipel.scheduling.RoutingMode;

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
 * @param choices how many answers are asked for at once, from 1 on
 * @param wishes what it says of how it wants to be scheduled
 * @param prompt where the parts of the prompt stand, in the order in which engines put them
 *     together
 */
record RequestEnvelope(
    String model,
    Span modelSpan,
    int bodyStart,
    boolean stream,
    StreamOptions streamOptions,
    Optional<String> encodingFormat,
    int maxTokens,
    int choices,
    Wishes wishes,
    List<Span> prompt) {

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

  /**
   * What a body says of how it wants to be scheduled.
   *
   * @param priority aristote-dispatcher's level, 0 to 5, of which the highest goes first
   * @param routing its {@code routing-mode} in our words
   * @param cacheKey OpenAI's {@code prompt_cache_key}
   * @param ours the fields that are for us alone and that no engine gets; each span ends where the
   *     next field begins, so that its comma is in it
   * @param oursAtEnd whether the last of them is followed by the object's end
   */
  record Wishes(
      OptionalInt priority,
      Optional<RoutingMode> routing,
      Optional<String> cacheKey,
      List<Span> ours,
      boolean oursAtEnd) {
    static final Wishes NONE =
        new Wishes(OptionalInt.empty(), Optional.empty(), Optional.empty(), List.of(), false);
  }

  /** The same with spans that can be cut out, given the place of the comma before the last one. */
  RequestEnvelope cutFrom(int comma) {
    List<Span> ours = new ArrayList<>(wishes.ours);
    ours.add(new Span(comma, ours.removeLast().end()));
    return new RequestEnvelope(
        model,
        modelSpan,
        bodyStart,
        stream,
        streamOptions,
        encodingFormat,
        maxTokens,
        choices,
        new Wishes(wishes.priority, wishes.routing, wishes.cacheKey, List.copyOf(ours), false),
        prompt);
  }

  /** For embeddings, whether base64 is asked for, or else numbers; nothing on other routes. */
  Optional<Boolean> wantsBase64(Route.Kind kind) {
    return kind == Route.Kind.EMBEDDINGS
        ? Optional.of(encodingFormat.equals(Optional.of("base64")))
        : Optional.empty();
  }
}
