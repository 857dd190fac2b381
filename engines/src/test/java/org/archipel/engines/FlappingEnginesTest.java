package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever engines do, each listener hears a story that makes sense and ends in the truth. */
class FlappingEnginesTest {
  private static final int STEPS = 60;

  private final List<FakeEngine> engines = new ArrayList<>();
  private final List<Boolean> listening = new ArrayList<>();
  private final List<RecordingListener> listeners = new ArrayList<>();

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void listenersHearConsistentStories(long given) {
    long seed = Long.getLong("seed", given);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<ModelSpec> models = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      engines.add(FakeEngine.vllm("m", 4096, "1"));
      listening.add(true);
    }
    models.add(
        Specs.model(
            "m",
            Specs.engine("e0", EngineType.VLLM, engines.get(0).url()),
            Specs.engine("e1", EngineType.VLLM, engines.get(1).url())));
    List<DiscoveryTarget> targets = List.of(DiscoveryTarget.of(engines.get(2).url(), "univ"));
    try (EngineRegistry registry =
        new EngineRegistry(models, targets, Clock.systemUTC(), EngineRegistryTest.FAST)) {
      subscribe(registry);
      registry.start();
      for (int step = 0; step < STEPS; step++) {
        disturb(registry, random);
      }
      settle(registry, seed);
    } finally {
      engines.forEach(FakeEngine::close);
    }
  }

  private String id(int engine) {
    return engine == 2 ? "127.0.0.1:" + engines.get(2).url().getPort() : "e" + engine;
  }

  private void subscribe(EngineRegistry registry) {
    RecordingListener listener = new RecordingListener();
    listeners.add(listener);
    registry.subscribe(listener);
  }

  private void disturb(EngineRegistry registry, RandomGenerator random) {
    int i = random.nextInt(engines.size());
    FakeEngine engine = engines.get(i);
    switch (random.nextInt(6)) {
      case 0 -> {
        engine.stop();
        listening.set(i, false);
      }
      case 1 -> listen(i);
      case 2 -> engine.on("/health", random.nextBoolean() ? 200 : 500, "");
      case 3 -> engine.asVllm("m", 4096, "1." + random.nextInt(3));
      case 4 -> {
        for (int j = random.nextInt(20); j >= 0; j--) {
          registry.unreachable("m", id(i), "a request failed");
        }
      }
      default -> subscribe(registry);
    }
    if (random.nextBoolean() && listening.get(i)) {
      int asked = engine.asked().size();
      await().until(() -> engine.asked().size() > asked);
    }
  }

  private void listen(int i) {
    if (!listening.get(i)) {
      engines.get(i).start();
      listening.set(i, true);
    }
  }

  private void settle(EngineRegistry registry, long seed) {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < engines.size(); i++) {
      listen(i);
      engines.get(i).asVllm("m", 4096, "last");
      all.add("m@" + id(i));
    }
    for (RecordingListener listener : listeners) {
      await("seed " + seed)
          .until(
              () ->
                  listener.up().keySet().equals(all)
                      && listener.up().values().stream()
                          .allMatch(c -> c.version().orElse("").equals("last")));
      assertThat(listener.wrong()).as("seed %d", seed).isEmpty();
    }
    assertThat(registry.find("m").orElseThrow().engines()).as("seed %d", seed).hasSize(3);
  }
}
