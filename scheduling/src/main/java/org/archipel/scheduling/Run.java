package org.archipel.scheduling;

/** A permit of this pool, with what its account needs. Not thread-safe. */
final class Run extends Permit {
  private final Engine engine;
  private final Start start;
  private boolean prefillPending = true;
  private long firstToken = -1;
  private int batchAtFirstToken;
  private long completion;
  private double chargedCompletion;
  private long reserved;

  /**
   * What was known when it was started.
   *
   * @param tenant who is charged
   * @param project whose project is charged
   * @param flow whose it is
   * @param serviceClass the class in which it was chosen
   * @param local whether the engine is its organization's
   * @param weight the organization's weight then; charges and refunds use the same
   * @param promptTokens the prompt, by estimate
   * @param cachedTokens those of them expected in the engine's cache
   * @param expectedCompletion completion tokens that it will probably generate
   * @param reservedTokens tokens kept in the engine's cache
   * @param now when it was started
   * @param predictedFirstToken nanoseconds to the first token, as predicted
   * @param uncachedThen uncached prompt tokens before and with it in the engine
   * @param waited nanoseconds that it waited
   */
  record Start(
      Tenant tenant,
      Project<?> project,
      Flow flow,
      ServiceClass serviceClass,
      boolean local,
      double weight,
      int promptTokens,
      int cachedTokens,
      int expectedCompletion,
      long reservedTokens,
      long now,
      long predictedFirstToken,
      long uncachedThen,
      long waited) {}

  /** A first token that is later than so many times its prediction is never told. */
  private static final int EXPIRY = 3;

  /** The shortest time in which a prediction may be wrong. */
  private static final long EXPIRY_FLOOR_NANOS = 200_000_000L;

  Run(Engine engine, Start start) {
    super(engine.id());
    this.engine = engine;
    this.start = start;
    this.chargedCompletion = start.expectedCompletion();
    this.reserved = start.reservedTokens();
  }

  Engine runsOn() {
    return engine;
  }

  Start start() {
    return start;
  }

  boolean giveBackOnce() {
    return giveBack();
  }

  boolean over() {
    return returned();
  }

  int uncachedTokens() {
    return start.promptTokens() - start.cachedTokens();
  }

  /** Tokens of the engine's cache that it counts for. */
  long reserved() {
    return reserved;
  }

  boolean endPrefill() {
    boolean was = prefillPending;
    prefillPending = false;
    return was;
  }

  /** When its prompt is taken to be computed even if nobody says so. */
  long prefillExpires() {
    return start.now() + EXPIRY_FLOOR_NANOS + EXPIRY * start.predictedFirstToken();
  }

  boolean hasFirstToken() {
    return firstToken >= 0;
  }

  void firstToken(long now) {
    firstToken = now;
    batchAtFirstToken = engine.batch();
  }

  long firstTokenAt() {
    return firstToken;
  }

  /** The mean of the batches in which it began and ended to generate. */
  double meanBatch() {
    return (batchAtFirstToken + engine.batch()) / 2.0;
  }

  long completion() {
    return completion;
  }

  /** So many tokens are generated; returns by how many the room that it takes has grown. */
  long generated(long tokens) {
    completion = Math.max(completion, tokens);
    long more = start.promptTokens() + completion - reserved;
    if (more <= 0) {
      return 0;
    }
    reserved += more;
    return more;
  }

  double chargedCompletion() {
    return chargedCompletion;
  }

  void chargedCompletion(double tokens) {
    chargedCompletion = tokens;
  }
}
