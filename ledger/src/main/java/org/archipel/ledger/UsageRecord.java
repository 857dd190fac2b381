package org.archipel.ledger;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The immutable account of one finished request. Nothing in it is taken from a prompt or an answer.
 *
 * @param id UUIDv7, the record's identity everywhere
 * @param startedAt when the request's head had arrived
 * @param requestId the {@code x-request-id} that the caller saw: at most 128 characters of {@code
 *     [A-Za-z0-9._:-]}
 * @param site the id of the site whose ledger this is
 * @param caller who is charged
 * @param model the model's id (not the alias that was asked for)
 * @param engine where it ran last; empty when it never left the queue
 * @param route the API route without the model, for example {@code /v1/chat/completions}
 * @param streamed whether the answer was an event stream
 * @param outcome how it ended
 * @param status the HTTP status that the client got, or 499 when it left before one
 * @param errorCode the error's code when there was one
 * @param tokens what was consumed
 * @param timing how long it took
 * @param requestBytes bytes of the request's body, at least 0
 * @param responseBytes bytes of the response's body that were relayed, at least 0
 * @param attempts how many engines were tried, at least 0
 * @param serviceClass the class that it was scheduled with, a word; empty in records of the first
 *     format of the journal, which did not keep it
 * @param person pseudonym of the person behind the key, where one is known; never a name
 * @param audioMillis length of the audio that was read, as far as the engine told it, at least 0
 * @param engineMicros time on engines, from sending to the end, summed over all attempts, at least
 *     0
 * @param price what it cost when it was settled; empty when no tariff was valid for it
 * @param origin where it came from, when another site sent it here
 * @param servedBy the id of the site that it was sent to and that served it; empty when it was
 *     served here, or nowhere
 */
public record UsageRecord(
    UUID id,
    Instant startedAt,
    String requestId,
    String site,
    Charged caller,
    String model,
    Optional<Place> engine,
    String route,
    boolean streamed,
    UsageOutcome outcome,
    int status,
    Optional<String> errorCode,
    Tokens tokens,
    Timing timing,
    long requestBytes,
    long responseBytes,
    int attempts,
    String serviceClass,
    Optional<String> person,
    long audioMillis,
    long engineMicros,
    Optional<Price> price,
    Optional<Origin> origin,
    Optional<String> servedBy) {

  /** A record of a request that stayed at its site. */
  public UsageRecord(
      UUID id,
      Instant startedAt,
      String requestId,
      String site,
      Charged caller,
      String model,
      Optional<Place> engine,
      String route,
      boolean streamed,
      UsageOutcome outcome,
      int status,
      Optional<String> errorCode,
      Tokens tokens,
      Timing timing,
      long requestBytes,
      long responseBytes,
      int attempts,
      String serviceClass,
      Optional<String> person,
      long audioMillis,
      long engineMicros,
      Optional<Price> price) {
    this(
        id,
        startedAt,
        requestId,
        site,
        caller,
        model,
        engine,
        route,
        streamed,
        outcome,
        status,
        errorCode,
        tokens,
        timing,
        requestBytes,
        responseBytes,
        attempts,
        serviceClass,
        person,
        audioMillis,
        engineMicros,
        price,
        Optional.empty(),
        Optional.empty());
  }

  /** A record as the first format of the journal has it, without what that one did not keep. */
  public UsageRecord(
      UUID id,
      Instant startedAt,
      String requestId,
      String site,
      Charged caller,
      String model,
      Optional<Place> engine,
      String route,
      boolean streamed,
      UsageOutcome outcome,
      int status,
      Optional<String> errorCode,
      Tokens tokens,
      Timing timing,
      long requestBytes,
      long responseBytes,
      int attempts) {
    this(
        id,
        startedAt,
        requestId,
        site,
        caller,
        model,
        engine,
        route,
        streamed,
        outcome,
        status,
        errorCode,
        tokens,
        timing,
        requestBytes,
        responseBytes,
        attempts,
        "",
        Optional.empty(),
        0,
        0,
        Optional.empty());
  }

  /** Who is charged: names of the directory, and the id (never the secret) of the key. */
  public record Charged(String organization, String project, String key) {}

  /**
   * The site that sent a request here.
   *
   * @param site its id
   * @param request the id of the record that it keeps of this request, which no other has; at most
   *     128 characters of {@code [A-Za-z0-9._:-]}
   */
  public record Origin(String site, String request) {}

  /** The engine's id and the organization that owns it. */
  public record Place(String engine, String owner) {}

  /**
   * Tokens, all at least 0.
   *
   * @param prompt tokens of the prompt, cached ones included
   * @param cached tokens of the prompt that the engine had in its cache
   * @param completion tokens produced
   * @param estimated whether any of the three was estimated here rather than reported by the engine
   */
  public record Tokens(long prompt, long cached, long completion, boolean estimated) {
    /** Nothing consumed, known exactly. */
    public static final Tokens NONE = new Tokens(0, 0, 0, false);
  }

  /**
   * Durations in microseconds from the request's arrival, all at least 0.
   *
   * @param queued until a permit was there (the last attempt's)
   * @param firstByte until the first byte of the answer came from the engine; 0 when none came
   * @param total until the end
   */
  public record Timing(long queued, long firstByte, long total) {}

  /**
   * What a request cost.
   *
   * @param tariff the id of the tariff that it was priced with
   * @param microCurrency millionths of the currency's unit, at least 0
   * @param currency the tariff's currency, for example {@code EUR} or a consortium's own unit
   */
  public record Price(String tariff, long microCurrency, String currency) {}
}
