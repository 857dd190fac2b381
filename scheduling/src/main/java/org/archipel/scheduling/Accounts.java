package org.archipel.scheduling;

/**
 * What runs are charged: at their start by estimate, along the way when they grow beyond it, at the
 * end by what they really took (scheduling.md §5.1). Not thread-safe.
 */
final class Accounts {
  /** A run that outgrows its estimate is charged so many tokens ahead. */
  private static final int INSTALMENT = 64;

  private final CostWeights weights;
  private final VirtualTimes times;

  Accounts(CostWeights weights, VirtualTimes times) {
    this.weights = weights;
    this.times = times;
  }

  double estimate(int prompt, int completion) {
    return weights.of(prompt, 0, completion);
  }

  /** What waited is started. */
  void started(Run run, Waiting<?> waiting, WaitingRoom<?> room) {
    Run.Start start = run.start();
    if (start.tenant().waiting() == 0) {
      room.lift(waiting);
    }
    times.served(start, room.active(), room.externalWaiting());
    start.tenant().runs(1);
    start.project().runs(start.flow().serviceClass().rank(), 1);
    times.charge(
        start, weights.of(run.uncachedTokens(), start.cachedTokens(), start.expectedCompletion()));
  }

  void progressed(Run run) {
    double over = (double) run.completion() - run.chargedCompletion();
    if (over > 0) {
      times.charge(run.start(), weights.of(0, 0, over + INSTALMENT));
      run.chargedCompletion((double) run.completion() + INSTALMENT);
    }
  }

  /** Charges or refunds the difference; returns what the run cost. */
  double ended(Run run, Completion completion, long now) {
    double cost = cost(run, completion, now);
    double charged =
        weights.of(run.uncachedTokens(), run.start().cachedTokens(), run.chargedCompletion());
    times.charge(run.start(), cost - charged);
    run.start().tenant().runs(-1);
    run.start().project().runs(run.start().flow().serviceClass().rank(), -1);
    return cost;
  }

  private double cost(Run run, Completion completion, long now) {
    return switch (completion.outcome()) {
      case COMPLETED -> used(run, completion, generated(run, completion, true));
      case CANCELLED -> cancelled(run, completion, now);
      // The caller got nothing for it.
      case PUSHED_BACK -> 0;
      case FAILED ->
          run.hasFirstToken() ? used(run, completion, generated(run, completion, false)) : 0;
    };
  }

  private double used(Run run, Completion completion, double generated) {
    double prompt = run.start().promptTokens();
    double cached = run.start().cachedTokens();
    if (completion.promptTokens() >= 0) {
      prompt = (double) completion.promptTokens();
      cached = Math.min(prompt, (double) Math.max(0, completion.cachedTokens()));
    }
    return weights.of(prompt - cached, cached, generated);
  }

  private static double generated(Run run, Completion completion, boolean whole) {
    if (completion.completionTokens() >= 0) {
      return (double) completion.completionTokens();
    }
    return whole && run.completion() == 0 ? run.start().expectedCompletion() : run.completion();
  }

  private double cancelled(Run run, Completion completion, long now) {
    if (run.hasFirstToken()) {
      return used(run, completion, generated(run, completion, false));
    }
    // The part of the prompt that was probably computed.
    double predicted = Math.max(1, run.start().predictedFirstToken());
    double done = Math.min(1, (now - run.start().now()) / predicted);
    return weights.of(done * run.uncachedTokens(), 0, 0);
  }
}
