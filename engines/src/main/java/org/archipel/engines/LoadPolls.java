package org.archipel.engines;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/**
 * Asks every engine that is up for its load, each on a virtual thread of its own. Itself a listener
 * of the {@link CatalogKeeper}: its methods are called under the keeper's lock.
 */
final class LoadPolls implements EngineListener {
  private final EngineHttp http;
  private final CatalogKeeper keeper;
  private final Executor threads;
  private final Duration every;
  private final SplittableRandom random;
  private final LoadTally tally = new LoadTally();

  /** By engine: one that serves several models is asked once for all of them. */
  private final Map<String, LoadPoll> polls = new HashMap<>();

  LoadPolls(EngineHttp http, CatalogKeeper keeper, Executor threads, RegistryOptions options) {
    this.http = http;
    this.keeper = keeper;
    this.threads = threads;
    this.every = options.loadEvery();
    this.random = new SplittableRandom(options.jitterSeed());
  }

  @Override
  public void engineUp(String model, EngineSpec engine, Capabilities capabilities) {
    if (LoadDialect.of(engine.type()).isEmpty()) {
      engineDown(model, engine.id());
      return;
    }
    LoadPoll known = polls.get(engine.id());
    if (known != null) {
      known.serves(model, engine);
      return;
    }
    LoadPoll poll = new LoadPoll(engine, http, keeper, tally, every, random.split());
    poll.serves(model, engine);
    polls.put(engine.id(), poll);
    threads.execute(poll);
  }

  @Override
  public void engineDown(String model, String engine) {
    LoadPoll poll = polls.get(engine);
    if (poll != null && !poll.stopsServing(model)) {
      polls.remove(engine);
    }
  }

  LoadCounters counters() {
    return tally.counters();
  }
}
