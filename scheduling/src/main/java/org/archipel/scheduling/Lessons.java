package org.archipel.scheduling;

/**
 * What the end of a run teaches: whether its engine works, how fast it is, how long answers are and
 * what its cache held. Not thread-safe.
 */
final class Lessons<T> {
  private final WaitForecast<T> forecast;
  private final Tally tally;

  Lessons(WaitForecast<T> forecast, Tally tally) {
    this.forecast = forecast;
    this.tally = tally;
  }

  /** A run has given its place back. */
  void ended(EngineRun run, Completion completion, long now) {
    Engine engine = run.runsOn();
    switch (completion.outcome()) {
      case COMPLETED -> {
        engine.breaker().succeeded(now);
        completed(run, engine, completion, now);
      }
      case CANCELLED -> engine.breaker().undecided();
      case PUSHED_BACK -> {
        tally.pushbacks++;
        engine.breaker().undecided();
        engine.part().pushedBack();
        engine.part().step(now);
      }
      case FAILED -> engine.breaker().failed(now);
    }
    engine.refresh(now);
  }

  private void completed(EngineRun run, Engine engine, Completion completion, long now) {
    long generated = run.completion();
    engine.took((now - run.start().now()) / 1e9);
    forecast.ran((now - run.start().now()) / 1e9);
    if (generated > 0) {
      run.start().tenant().lengths(run.start().flow().serviceClass()).seen(generated);
    }
    // Fewer tokens than this say more of the network than of the engine.
    if (run.hasFirstToken() && generated >= 8) {
      double pace = (now - run.firstTokenAt()) / 1e9 / (generated - 1);
      if (pace > 0) {
        engine.speed().decoded(run.meanBatch(), pace);
        engine.part().interToken(pace);
      }
    }
    tally.promptTokens += Math.max(completion.promptTokens(), 0);
    if (completion.cachedTokens() >= 0) {
      tally.prefixActual += completion.cachedTokens();
      if (run.start().cachedTokens() > 0) {
        engine.cacheHit(run.start().cachedTokens(), completion.cachedTokens());
      }
    }
  }
}
