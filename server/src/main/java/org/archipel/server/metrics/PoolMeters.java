package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.LinkedHashMap;
import java.util.Map;
import org.archipel.scheduling.FlowSnapshot;
import org.archipel.scheduling.PoolCounters;
import org.archipel.scheduling.PoolSnapshot;

/** Tells what pools say of themselves: who waits, and what was decided. Thread-safe. */
final class PoolMeters {
  private static final Family WAITING = Family.of("queue_requests", "Requests that wait.");
  private static final Family COST =
      Family.of("queue_cost_tokens", "Cost of the requests that wait, in prompt tokens.");
  private static final Family OLDEST =
      Family.of("queue_oldest_seconds", "How long the oldest request waits.");
  private static final Family RUNNING =
      Family.of("running_requests", "Requests that run on an engine.");
  private static final Family LAG =
      Family.of(
          "virtual_time_lag",
          "How far an organization's virtual time is ahead of its pool's, in weighted tokens.");
  private static final Family SATURATION =
      Family.of("pool_saturation", "How full a pool is, weighted by speed; 1 is full.");
  private static final Family STARVATION =
      Family.of("starvation_max_wait_seconds", "How long the oldest request of a pool waits.");
  private static final Family DECISIONS =
      Family.of("decisions", "What pools decided about requests.");
  private static final Family BYPASS =
      Family.of("queue_bypass", "Starts that passed a request for which no engine had room.");
  private static final Family AGING =
      Family.of("aging_promotions", "Requests promoted to the next class after a long wait.");
  private static final Family INVERSIONS =
      Family.of(
          "locality_inversions", "External requests started before a local one: must stay 0.");
  private static final Family PUSHBACK =
      Family.of("pushback", "Answers of engines that they were busy.");
  private static final Family LIMITS =
      Family.of("limit_changes", "Steps of the limits of engines.");
  private static final Family PREDICTED =
      Family.of("prefix_hit_predicted_tokens", "Prompt tokens expected in caches of engines.");
  private static final Family ACTUAL =
      Family.of("prefix_hit_actual_tokens", "Prompt tokens that engines found in their caches.");
  private static final Family PROMPT =
      Family.of("pool_prompt_tokens", "Prompt tokens of completed runs.");

  private static final double NANOS = 1e9;

  private final LabelCap<RequestSeries> flowCap;
  private final LabelCap<String> modelCap;

  PoolMeters(LabelCap<RequestSeries> flowCap, LabelCap<String> modelCap) {
    this.flowCap = flowCap;
    this.modelCap = modelCap;
  }

  void writeTo(Scrape scrape, Map<String, PoolSnapshot> pools) {
    Map<RequestSeries, FlowSum> flows = new LinkedHashMap<>();
    Map<Owed, Double> lags = new LinkedHashMap<>();
    Map<String, PoolSum> sums = new LinkedHashMap<>();
    pools.forEach(
        (model, pool) -> {
          PoolSum sum =
              sums.computeIfAbsent(modelCap.admit(model, LabelCap.OTHER), _ -> new PoolSum());
          sum.add(pool);
          for (FlowSnapshot flow : pool.flows()) {
            RequestSeries own =
                new RequestSeries(flow.flow().organization(), flow.flow().serviceClass(), model);
            RequestSeries series = flowCap.admit(own, own.other());
            flows.computeIfAbsent(series, _ -> new FlowSum()).add(flow);
            lags.merge(
                new Owed(series.organization(), series.model()), flow.virtualTimeLag(), Math::max);
          }
        });
    flows.forEach((series, sum) -> sum.writeTo(scrape, series.labels()));
    lags.forEach((owed, lag) -> scrape.gauge(LAG, lag, owed.labels()));
    sums.forEach((model, sum) -> sum.writeTo(scrape, Labels.of("model", model)));
  }

  private record Owed(String organization, String model) {
    Labels labels() {
      return Labels.of("org", organization, "model", model);
    }
  }

  /** The flows of an organization's projects, or of those that share a label set. */
  private static final class FlowSum {
    private long waiting;
    private double cost;
    private long running;
    private long oldestNanos;

    void add(FlowSnapshot flow) {
      waiting += flow.waiting();
      cost += flow.waitingCost();
      running += flow.running();
      oldestNanos = Math.max(oldestNanos, flow.oldestWaitNanos());
    }

    void writeTo(Scrape scrape, Labels labels) {
      scrape.gauge(WAITING, waiting, labels);
      scrape.gauge(COST, cost, labels);
      scrape.gauge(OLDEST, oldestNanos / NANOS, labels);
      scrape.gauge(RUNNING, running, labels);
    }
  }

  /** A pool, or those that share a label set. */
  private static final class PoolSum {
    private static final PoolCounters NOTHING =
        new PoolCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private PoolCounters counters = NOTHING;
    private double saturation;
    private long oldestNanos;

    void add(PoolSnapshot pool) {
      counters = sum(counters, pool.counters());
      saturation = Math.max(saturation, pool.saturation());
      for (FlowSnapshot flow : pool.flows()) {
        oldestNanos = Math.max(oldestNanos, flow.oldestWaitNanos());
      }
    }

    void writeTo(Scrape scrape, Labels labels) {
      scrape.gauge(SATURATION, saturation, labels);
      scrape.gauge(STARVATION, oldestNanos / NANOS, labels);
      PoolCounters c = counters;
      scrape.counter(DECISIONS, c.dispatched(), labels.add("outcome", "dispatched"));
      scrape.counter(DECISIONS, c.rejectedFull(), labels.add("outcome", "rejected_full"));
      scrape.counter(DECISIONS, c.rejectedPredicted(), labels.add("outcome", "rejected_predicted"));
      scrape.counter(DECISIONS, c.expired(), labels.add("outcome", "expired"));
      scrape.counter(DECISIONS, c.noEngine(), labels.add("outcome", "no_engine"));
      scrape.counter(DECISIONS, c.withdrawn(), labels.add("outcome", "cancelled"));
      scrape.counter(BYPASS, c.bypassed(), labels);
      scrape.counter(AGING, c.agingPromotions(), labels);
      scrape.counter(INVERSIONS, c.localityInversions(), labels);
      scrape.counter(PUSHBACK, c.pushbacks(), labels);
      scrape.counter(LIMITS, c.limitIncreases(), labels.add("reason", "increase"));
      scrape.counter(LIMITS, c.limitDecreases(), labels.add("reason", "decrease"));
      scrape.counter(PREDICTED, c.prefixPredictedTokens(), labels);
      scrape.counter(ACTUAL, c.prefixActualTokens(), labels);
      scrape.counter(PROMPT, c.promptTokens(), labels);
    }

    private static PoolCounters sum(PoolCounters a, PoolCounters b) {
      return new PoolCounters(
          a.dispatched() + b.dispatched(),
          a.rejectedFull() + b.rejectedFull(),
          a.rejectedPredicted() + b.rejectedPredicted(),
          a.expired() + b.expired(),
          a.noEngine() + b.noEngine(),
          a.withdrawn() + b.withdrawn(),
          a.bypassed() + b.bypassed(),
          a.agingPromotions() + b.agingPromotions(),
          a.localityInversions() + b.localityInversions(),
          a.pushbacks() + b.pushbacks(),
          a.limitIncreases() + b.limitIncreases(),
          a.limitDecreases() + b.limitDecreases(),
          a.prefixPredictedTokens() + b.prefixPredictedTokens(),
          a.prefixActualTokens() + b.prefixActualTokens(),
          a.promptTokens() + b.promptTokens());
    }
  }
}
