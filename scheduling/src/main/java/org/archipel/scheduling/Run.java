package org.archipel.scheduling;

/** A permit of this pool, with what its account needs. Not thread-safe. */
sealed class Run extends Permit permits EngineRun, PeerRun {
  private final Start start;
  private boolean prefillPending = true;
  private long firstToken = -1;
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
      long waited) {

    /** Of one that is started or sent now. */
    static Start of(
        Waiting<?> waiting, boolean local, int cached, long firstToken, long uncached, long now) {
      return new Start(
          waiting.tenant(),
          waiting.project(),
          waiting.demand().flow(),
          waiting.serviceClass(),
          local,
          waiting.tenant().weight(),
          waiting.prompt(),
          cached,
          waiting.expectedCompletion(),
          waiting.reserved(),
          now,
          firstToken,
          uncached,
          now - waiting.enqueued());
    }
  }

  /** A first token that is later than so many times its prediction is never told. */
  private static final int EXPIRY = 3;

  /** The shortest time in which a prediction may be wrong. */
  private static final long EXPIRY_FLOOR_NANOS = 200_000_000L;

  /** A first token within twice this is never late: short prompts wait for steps of the batch. */
  private static final double SOON_NANOS = 250e6;

  Run(String where, Start start) {
    super(where);
    this.start = start;
    this.chargedCompletion = start.expectedCompletion();
    this.reserved = start.reservedTokens();
  }

  final Start start() {
    return start;
  }

  final boolean giveBackOnce() {
    return giveBack();
  }

  final boolean over() {
    return returned();
  }

  final int uncachedTokens() {
    return start.promptTokens() - start.cachedTokens();
  }

  /** Tokens of the engine's cache that it counts for. */
  final long reserved() {
    return reserved;
  }

  final boolean endPrefill() {
    boolean was = prefillPending;
    prefillPending = false;
    return was;
  }

  /** When its prompt is taken to be computed even if nobody says so. */
  final long prefillExpires() {
    return start.now() + EXPIRY_FLOOR_NANOS + EXPIRY * start.predictedFirstToken();
  }

  final boolean hasFirstToken() {
    return firstToken >= 0;
  }

  void firstToken(long now) {
    firstToken = now;
  }

  /** How long the first token took, as a share of its prediction. */
  final double lateness() {
    return (firstToken - start.now()) / Math.max((double) start.predictedFirstToken(), SOON_NANOS);
  }

  final long firstTokenAt() {
    return firstToken;
  }

  final long completion() {
    return completion;
  }

  /** So many tokens are generated; returns by how many the room that it takes has grown. */
  final long generated(long tokens) {
    completion = Math.max(completion, tokens);
    long more = start.promptTokens() + completion - reserved;
    if (more <= 0) {
      return 0;
    }
    reserved += more;
    return more;
  }

  final double chargedCompletion() {
    return chargedCompletion;
  }

  final void chargedCompletion(double tokens) {
    chargedCompletion = tokens;
  }
}
