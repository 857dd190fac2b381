package org.archipel.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.archipel.simulator.ServedRequest.End;

/** Counts what an engine does. All methods may be called from any thread. */
final class CounterBoard {
  final LatencyHistogram firstTokenTime = new LatencyHistogram();
  final LatencyHistogram interTokenTime = new LatencyHistogram();
  final LatencyHistogram requestTime = new LatencyHistogram();
  final LongAdder connections = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder cachedTokens = new LongAdder();

  private final boolean remember;
  private final LongAdder started = new LongAdder();
  private final LongAdder completed = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder completedPromptTokens = new LongAdder();
  private final LongAdder completedTokens = new LongAdder();
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder tokens = new LongAdder();
  private final List<ServedRequest> served = new ArrayList<>();

  CounterBoard(boolean remember) {
    this.remember = remember;
  }

  void started() {
    started.increment();
  }

  void ended(ServedRequest request) {
    promptTokens.add(request.promptTokens());
    tokens.add(request.completionTokens());
    cachedTokens.add(request.cachedTokens());
    switch (request.end()) {
      case COMPLETED -> {
        completedPromptTokens.add(request.promptTokens());
        completedTokens.add(request.completionTokens());
        remember(request);
        completed.increment();
      }
      case CANCELLED -> {
        remember(request);
        cancelled.increment();
      }
      case FAILED -> {
        remember(request);
        failed.increment();
      }
    }
  }

  // Before the counter goes up: who has seen the counter finds the request.
  private void remember(ServedRequest request) {
    if (remember) {
      synchronized (served) {
        served.add(request);
      }
    }
  }

  List<ServedRequest> served() {
    synchronized (served) {
      return List.copyOf(served);
    }
  }

  long ended(End end) {
    return switch (end) {
      case COMPLETED -> completed.sum();
      case CANCELLED -> cancelled.sum();
      case FAILED -> failed.sum();
    };
  }

  EngineCounters snapshot(long waiting) {
    long ends = completed.sum() + cancelled.sum() + failed.sum();
    long starts = started.sum();
    return new EngineCounters(
        starts,
        completed.sum(),
        cancelled.sum(),
        failed.sum(),
        refused.sum(),
        Math.max(0, starts - ends - waiting),
        waiting,
        connections.sum(),
        completedPromptTokens.sum(),
        completedTokens.sum(),
        promptTokens.sum(),
        tokens.sum());
  }
}
