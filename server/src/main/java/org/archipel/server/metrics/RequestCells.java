package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.archipel.ledger.UsageRecord;
import org.archipel.relay.SettledRequest;
import org.archipel.scheduling.ServiceClass;

/** What is counted of the requests of one series. Thread-safe, without locks. */
final class RequestCells {
  private static final Family REQUESTS =
      Family.of("requests", "Requests that are over, by how they ended.");
  private static final Family QUEUE_WAIT =
      Family.of("queue_wait_seconds", "From arrival to an engine, or to the end without one.");
  private static final Family TTFT =
      Family.of("ttft_seconds", "From arrival to the first piece of a streamed answer.");
  private static final Family INTER_TOKEN =
      Family.of("inter_token_seconds", "Mean time between two tokens of a streamed answer.");
  private static final Family E2E =
      Family.of("e2e_seconds", "From arrival to the end of a completed request.");
  private static final Family TOKENS = Family.of("tokens", "Tokens consumed, by kind.");
  private static final Family COST =
      Family.of("cost_units", "Tokens by their weight: prompt 1, cached 0.1, output 4.");
  private static final Family RETRIES =
      Family.of("retries", "Attempts after the first of a request.");
  private static final Family SLO =
      Family.of("slo", "Requests that were owed a first token within their class's deadline.");
  private static final Family SLO_ATTAINED =
      Family.of("slo_attained", "Those of them that got it and did not fail later.");

  /** Weights of tokens in tenths of a prompt token (scheduling.md §5.1). */
  private static final long PROMPT_TENTHS = 10;

  private static final long OUTPUT_TENTHS = 40;

  private final long deadlineMicros;
  private final PerValue<RequestOutcome, LongAdder> outcomes =
      new PerValue<>(RequestOutcome.class, LongAdder::new);
  private final PerValue<RequestOutcome, SecondsHistogram> waits =
      new PerValue<>(RequestOutcome.class, () -> new SecondsHistogram(SecondsHistogram.WAITS));
  private final SecondsHistogram firstToken = new SecondsHistogram(SecondsHistogram.WAITS);
  private final SecondsHistogram interToken = new SecondsHistogram(SecondsHistogram.TOKENS);
  private final SecondsHistogram total = new SecondsHistogram(SecondsHistogram.WAITS);
  private final LongAdder input = new LongAdder();
  private final LongAdder cached = new LongAdder();
  private final LongAdder output = new LongAdder();
  private final LongAdder costTenths = new LongAdder();
  private final LongAdder pushbacks = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder owed = new LongAdder();
  private final LongAdder attained = new LongAdder();

  RequestCells(ServiceClass serviceClass) {
    this.deadlineMicros = TimeUnit.SECONDS.toMicros(deadlineSeconds(serviceClass));
  }

  /** The classes' deadlines to the first token (scheduling.md §5.1, item 6). */
  private static long deadlineSeconds(ServiceClass serviceClass) {
    return switch (serviceClass) {
      case INTERACTIVE -> 10;
      case STANDARD -> 60;
      case BATCH -> 3600;
    };
  }

  void count(SettledRequest request) {
    UsageRecord record = request.record();
    UsageRecord.Timing timing = record.timing();
    RequestOutcome outcome = RequestOutcome.of(request);
    outcomes.of(outcome).increment();
    waits.of(outcome).record(record.engine().isPresent() ? timing.queued() : timing.total());
    if (outcome == RequestOutcome.COMPLETED) {
      total.record(timing.total());
    }
    if (request.firstTokenMicros() > 0) {
      firstToken.record(request.firstTokenMicros());
      long tokens = record.tokens().completion();
      if (tokens > 1 && outcome == RequestOutcome.COMPLETED) {
        interToken.record((timing.total() - request.firstTokenMicros()) / (tokens - 1));
      }
    }
    count(record.tokens());
    if (record.attempts() > 1) {
      pushbacks.add(request.pushbacks());
      failures.add(request.failures());
    }
    goodput(outcome, request);
  }

  private void count(UsageRecord.Tokens tokens) {
    if (tokens.prompt() > 0) {
      input.add(tokens.prompt());
    }
    if (tokens.cached() > 0) {
      cached.add(tokens.cached());
    }
    if (tokens.completion() > 0) {
      output.add(tokens.completion());
    }
    // Counted apart: worked out of three sums that go on growing, it could fall between scrapes.
    costTenths.add(
        PROMPT_TENTHS * (tokens.prompt() - tokens.cached())
            + tokens.cached()
            + OUTPUT_TENTHS * tokens.completion());
  }

  /**
   * Nothing is owed to a request that was wrong, nor to a client that left before its time was up.
   * Of an answer that is no stream only the first byte is seen.
   */
  private void goodput(RequestOutcome outcome, SettledRequest request) {
    UsageRecord.Timing timing = request.record().timing();
    long first =
        request.firstTokenMicros() > 0 || outcome != RequestOutcome.COMPLETED
            ? request.firstTokenMicros()
            : timing.firstByte();
    boolean cancelled = outcome == RequestOutcome.CANCELLED;
    if (outcome == RequestOutcome.REJECTED_BY_ENGINE
        || (cancelled && first == 0 && timing.total() <= deadlineMicros)) {
      return;
    }
    owed.increment();
    if ((cancelled || outcome == RequestOutcome.COMPLETED)
        && first > 0
        && first <= deadlineMicros) {
      attained.increment();
    }
  }

  void writeTo(Scrape scrape, Labels labels) {
    for (RequestOutcome outcome : RequestOutcome.values()) {
      long number = outcomes.of(outcome).sum();
      if (number > 0) {
        Labels ended = labels.add("outcome", outcome.word());
        scrape.counter(REQUESTS, number, ended);
        scrape.histogram(QUEUE_WAIT, waits.of(outcome), ended);
      }
    }
    scrape.histogram(TTFT, firstToken, labels);
    scrape.histogram(INTER_TOKEN, interToken, labels);
    scrape.histogram(E2E, total, labels);
    scrape.counter(TOKENS, input.sum(), labels.add("kind", "input"));
    scrape.counter(TOKENS, cached.sum(), labels.add("kind", "cached"));
    scrape.counter(TOKENS, output.sum(), labels.add("kind", "output"));
    scrape.counter(COST, costTenths.sum() / 10.0, labels);
    scrape.counter(RETRIES, pushbacks.sum(), labels.add("reason", "pushed_back"));
    scrape.counter(RETRIES, failures.sum(), labels.add("reason", "failed"));
    scrape.counter(SLO, owed.sum(), labels);
    scrape.counter(SLO_ATTAINED, attained.sum(), labels);
  }
}
