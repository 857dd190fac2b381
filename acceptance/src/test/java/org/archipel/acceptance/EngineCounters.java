package org.archipel.acceptance;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What an engine did, counted where it was done. Thread-safe. */
final class EngineCounters {
  /**
   * A snapshot. Requests are those that asked for tokens or vectors, and each ends as exactly one
   * of completed, cancelled or failed; tokens include those of cancelled requests.
   */
  record Counts(
      long requests,
      long completed,
      long cancelled,
      long failed,
      long promptTokens,
      long completionTokens) {}

  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong completed = new AtomicLong();
  private final AtomicLong cancelled = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong promptTokens = new AtomicLong();
  private final AtomicLong completionTokens = new AtomicLong();
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();

  void arrived() {
    requests.incrementAndGet();
    waiting.incrementAndGet();
  }

  void started() {
    waiting.decrementAndGet();
    running.incrementAndGet();
  }

  void leftBeforeStart() {
    waiting.decrementAndGet();
    cancelled.incrementAndGet();
  }

  /** Counts the tokens first: who sees a request ended sees its tokens too. */
  void ended(int prompt, int completion, boolean complete) {
    promptTokens.addAndGet(prompt);
    completionTokens.addAndGet(completion);
    running.decrementAndGet();
    (complete ? completed : cancelled).incrementAndGet();
  }

  void failed() {
    running.decrementAndGet();
    failed.incrementAndGet();
  }

  /** Requests that hold a slot now. */
  int running() {
    return running.get();
  }

  /** Requests that wait for a slot now. */
  int waiting() {
    return waiting.get();
  }

  Counts counts() {
    long done = completed.get();
    long gone = cancelled.get();
    long broken = failed.get();
    return new Counts(
        requests.get(), done, gone, broken, promptTokens.get(), completionTokens.get());
  }
}
