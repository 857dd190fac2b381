package org.archipel.server.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.archipel.engines.EngineSpec;
import org.archipel.engines.EngineStatus;
import org.archipel.engines.ModelCatalog;
import org.archipel.engines.ModelSpec;
import org.archipel.scheduling.EngineSnapshot;
import org.archipel.scheduling.PoolSnapshot;

/**
 * Tells how engines are. Also those that never came up: they are known to the catalog only.
 * Thread-safe.
 */
final class EngineMeters {
  private static final Family STATE =
      Family.of("endpoint_state", "1 for the state that an engine is in, else 0.");
  private static final Family INFLIGHT =
      Family.of("endpoint_inflight", "Requests that run on an engine.");
  private static final Family LIMIT =
      Family.of("endpoint_limit", "How many may run on an engine, as adapted.");
  private static final Family TOKENS =
      Family.of("endpoint_tokens", "Tokens that those may hold in the engine's KV cache.");
  private static final Family TOKEN_LIMIT =
      Family.of("endpoint_token_limit", "How many that may be; absent when unknown.");
  private static final Family SATURATION =
      Family.of("endpoint_saturation", "How full an engine is; 1 is full.");
  private static final Family PREFILL =
      Family.of("endpoint_prefill_rate", "Prompt tokens that an engine computes in a second.");
  private static final Family INTER_TOKEN =
      Family.of("endpoint_itl_seconds", "Time between two tokens at the present batch.");
  private static final Family AGE =
      Family.of("endpoint_metrics_age_seconds", "Since an engine last reported its load.");

  private static final double NANOS = 1e9;

  /** An engine for a model; one may serve several. */
  record Endpoint(String model, String engine) {
    static final Endpoint OTHER = new Endpoint(LabelCap.OTHER, LabelCap.OTHER);

    Labels labels() {
      return Labels.of("model", model, "endpoint", engine);
    }
  }

  private final LabelCap<Endpoint> cap;
  private final ModelCatalog catalog;

  EngineMeters(LabelCap<Endpoint> cap, ModelCatalog catalog) {
    this.cap = cap;
    this.catalog = catalog;
  }

  void writeTo(Scrape scrape, Map<String, PoolSnapshot> pools) {
    Map<Endpoint, EngineSum> sums = new LinkedHashMap<>();
    Map<Endpoint, EngineSnapshot> seen = new HashMap<>();
    pools.forEach(
        (model, pool) -> pool.engines().forEach(e -> seen.put(new Endpoint(model, e.engine()), e)));
    for (ModelSpec model : catalog.models()) {
      for (EngineSpec engine : model.engines()) {
        Endpoint endpoint = new Endpoint(model.id(), engine.id());
        EngineSum sum =
            sums.computeIfAbsent(cap.admit(endpoint, Endpoint.OTHER), _ -> new EngineSum());
        Optional<EngineSnapshot> snapshot = Optional.ofNullable(seen.get(endpoint));
        sum.state(state(snapshot, catalog.status(model.id(), engine.id())));
        snapshot.ifPresent(sum::add);
      }
    }
    sums.forEach((endpoint, sum) -> sum.writeTo(scrape, endpoint.labels()));
  }

  /** What an engine is to new requests. */
  private enum State {
    UP,
    BREAKER_OPEN,
    /** An operator keeps new requests from it. */
    DRAINING,
    DOWN
  }

  /** The probe knows best whether an engine is up, and the pool whether it is used then. */
  private static State state(Optional<EngineSnapshot> snapshot, Optional<EngineStatus> status) {
    if (status.filter(EngineStatus::up).isEmpty()) {
      return State.DOWN;
    }
    if (status.filter(EngineStatus::draining).isPresent()) {
      return State.DRAINING;
    }
    boolean open = snapshot.filter(s -> s.state() == EngineSnapshot.State.BREAKER_OPEN).isPresent();
    return open ? State.BREAKER_OPEN : State.UP;
  }

  /** An engine, or those that share a label set: of them the sums, and the worst where none is. */
  private static final class EngineSum {
    private static final List<State> STATES = List.of(State.values());

    private final Map<State, Integer> states = new EnumMap<>(State.class);
    private int engines;
    private int inflight;
    private long limit;
    private long tokens;
    private long tokenLimit;
    private double saturation;
    private double prefill;
    private double interToken;
    private long ageNanos = -1;

    void state(State state) {
      states.merge(state, 1, Integer::sum);
    }

    void add(EngineSnapshot engine) {
      engines++;
      inflight += engine.running();
      limit += engine.limit();
      tokens += engine.tokens();
      tokenLimit += engine.tokenLimit();
      saturation = Math.max(saturation, engine.saturation());
      prefill += engine.prefillTokensPerSecond();
      interToken = Math.max(interToken, engine.interTokenSeconds());
      ageNanos = Math.max(ageNanos, engine.loadAgeNanos());
    }

    void writeTo(Scrape scrape, Labels labels) {
      for (State state : STATES) {
        String word = state.name().toLowerCase(Locale.ROOT);
        scrape.gauge(STATE, states.getOrDefault(state, 0), labels.add("state", word));
      }
      if (engines == 0) {
        return;
      }
      scrape.gauge(INFLIGHT, inflight, labels);
      scrape.gauge(LIMIT, limit, labels);
      scrape.gauge(TOKENS, tokens, labels);
      if (tokenLimit > 0) {
        scrape.gauge(TOKEN_LIMIT, tokenLimit, labels);
      }
      scrape.gauge(SATURATION, saturation, labels);
      scrape.gauge(PREFILL, prefill, labels);
      scrape.gauge(INTER_TOKEN, interToken, labels);
      if (ageNanos >= 0) {
        scrape.gauge(AGE, ageNanos / NANOS, labels);
      }
    }
  }
}
