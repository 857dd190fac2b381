package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.archipel.scheduling.EngineLoad;
import org.archipel.simulator.EngineFlavour;
import org.archipel.simulator.MetricsFault;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loads as they come over HTTP, from engines that tell them, stop, and tell them again. */
class LoadPollTest {
  static final RegistryOptions TELLING =
      new RegistryOptions(
          Duration.ofMillis(50),
          Duration.ofMillis(10),
          Duration.ofMillis(40),
          Duration.ofSeconds(5),
          2,
          1,
          Duration.ofMillis(10));

  private static final int SLOTS = 2;

  /** Remembers the last load of each engine and model, and any that came while it was down. */
  private static final class Loads implements EngineListener {
    private final Map<String, EngineLoad> last = new ConcurrentHashMap<>();
    private final Map<String, Capabilities> up = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> heard = new ConcurrentHashMap<>();
    private final List<String> strays = new CopyOnWriteArrayList<>();

    EngineLoad last(String name) {
      return Optional.ofNullable(last.get(name)).orElseThrow();
    }

    Capabilities capabilities(String name) {
      return Optional.ofNullable(up.get(name)).orElseThrow();
    }

    long heard(String name) {
      return Optional.ofNullable(heard.get(name)).map(LongAdder::sum).orElse(0L);
    }

    @Override
    public void engineUp(String model, EngineSpec engine, Capabilities capabilities) {
      up.put(model + "@" + engine.id(), capabilities);
    }

    @Override
    public void engineLoad(String model, String engine, EngineLoad load) {
      String name = model + "@" + engine;
      last.put(name, load);
      heard.computeIfAbsent(name, _ -> new LongAdder()).increment();
      if (!up.containsKey(name)) {
        strays.add(name);
      }
    }

    @Override
    public void engineDown(String model, String engine) {
      up.remove(model + "@" + engine);
    }
  }

  private final Loads loads = new Loads();
  private final List<AutoCloseable> closing = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : closing.reversed()) {
      each.close();
    }
    assertThat(loads.strays).isEmpty();
  }

  private EngineRegistry registry(ModelSpec... models) {
    EngineRegistry registry =
        new EngineRegistry(List.of(models), List.of(), Clock.systemUTC(), TELLING);
    closing.add(registry);
    registry.subscribe(loads);
    registry.start();
    return registry;
  }

  private SimulatedEngine simulated(EngineFlavour flavour) {
    SimulatedEngine engine =
        SimulatedEngine.start(
            new SimulatedEngineOptions()
                .withFlavour(flavour)
                .withModels(SimulatedModel.chat("m"))
                .withKvTokens(32_000)
                .withMaxConcurrency(SLOTS));
    closing.add(engine);
    return engine;
  }

  private static ModelSpec model(SimulatedEngine engine) {
    EngineType type = EngineType.of(engine.options().flavour().word()).orElseThrow();
    return Specs.model("m", Specs.engine("e", type, engine.url()));
  }

  /** Requests that stay in the engine until the test is over. */
  private void occupy(SimulatedEngine engine, int requests) {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    closing.add(client::shutdownNow);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(engine.url() + "/v1/chat/completions"))
            .header("content-type", "application/json")
            .header("x-simulate", "stall-after=1,tokens=50")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    """
                    {"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}\
                    """))
            .build();
    for (int i = 0; i < requests; i++) {
      CompletableFuture<?> sent = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
      closing.add(() -> sent.cancel(true));
    }
  }

  private void awaitLoad(int running, int waiting) {
    await()
        .until(
            () ->
                Optional.ofNullable(loads.last.get("m@e"))
                    .filter(load -> load.running() == running && load.waiting() == waiting)
                    .isPresent());
  }

  @ParameterizedTest
  @EnumSource(names = {"VLLM", "SGLANG", "LLAMACPP"})
  void whatRunsAndWaitsInAnEngineIsHeard(EngineFlavour flavour) {
    SimulatedEngine engine = simulated(flavour);
    registry(model(engine));
    awaitLoad(0, 0);

    occupy(engine, SLOTS + 3);
    awaitLoad(SLOTS, 3);
    double usage = loads.last("m@e").kvUsage();
    if (flavour == EngineFlavour.LLAMACPP) {
      assertThat(usage).isNaN();
    } else {
      assertThat(usage).isBetween(0.0001, 0.1);
      assertThat(loads.capabilities("m@e").kvTokens()).hasValue(32_000);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MetricsFault.class,
      names = {"STOPPED", "EMPTY", "RENAMED"})
  void engineThatStopsTellingIsUpAllTheSameAndHeardWhenItTellsAgain(MetricsFault fault) {
    for (EngineFlavour flavour :
        List.of(EngineFlavour.VLLM, EngineFlavour.SGLANG, EngineFlavour.LLAMACPP)) {
      loads.last.clear();
      SimulatedEngine engine = simulated(flavour);
      try (EngineRegistry registry = registry(model(engine))) {
        awaitLoad(0, 0);
        engine.metrics(fault);
        await().until(() -> registry.loadCounters().stopped() == 1);
        occupy(engine, 1);
        await().until(() -> engine.counters().running() == 1);
        long missed = registry.loadCounters().missed();
        await().until(() -> registry.loadCounters().missed() > missed + 2);

        assertThat(loads.last("m@e").running()).as("%s", flavour).isZero();
        assertThat(registry.status("m", "e").orElseThrow().up()).isTrue();
        engine.metrics(MetricsFault.NONE);
        awaitLoad(1, 0);
        assertThat(registry.loadCounters().stopped()).isEqualTo(1);
      }
    }
  }

  @Test
  void engineWhoseNumbersStandStillIsHeardAsItTells() {
    SimulatedEngine engine = simulated(EngineFlavour.VLLM);
    EngineRegistry registry = registry(model(engine));
    awaitLoad(0, 0);
    engine.metrics(MetricsFault.STALE);
    occupy(engine, 1);
    await().until(() -> engine.counters().running() == 1);
    long told = registry.loadCounters().told();
    await().until(() -> registry.loadCounters().told() > told + 3);

    assertThat(loads.last("m@e").running()).isZero();
    engine.metrics(MetricsFault.NONE);
    awaitLoad(1, 0);
  }

  @ParameterizedTest
  @EnumSource(names = {"OLLAMA", "OPENAI"})
  void engineThatHasNothingToTellIsNotAsked(EngineFlavour flavour) {
    SimulatedEngine engine = simulated(flavour);
    EngineRegistry registry = registry(model(engine));
    await().until(() -> loads.up.containsKey("m@e"));

    assertThat(registry.loadCounters()).isEqualTo(new LoadCounters(0, 0, 0));
  }

  @Test
  void engineOfSeveralModelsIsAskedOnceForAllOfThem() {
    FakeEngine engine = FakeEngine.vllm("m", 4096, "1");
    closing.add(engine);
    EngineSpec spec = Specs.engine("e", EngineType.VLLM, engine.url());
    EngineRegistry registry =
        registry(
            Specs.model("a", Specs.named(spec, "m")), Specs.model("b", Specs.named(spec, "m")));
    await().until(() -> loads.last.keySet().equals(Set.of("a@e", "b@e")));

    await().until(() -> registry.loadCounters().told() > 10);
    registry.close();

    long a = loads.heard("a@e");
    long b = loads.heard("b@e");
    // The models came up one after the other, and a load may be lost in the end.
    assertThat(a + b).isGreaterThan(registry.loadCounters().told() + 5);
  }

  @Test
  void engineThatComesBackIsAskedAgain() {
    FakeEngine engine = FakeEngine.vllm("m", 4096, "1");
    closing.add(engine);
    EngineRegistry registry =
        registry(Specs.model("m", Specs.engine("e", EngineType.VLLM, engine.url())));
    awaitLoad(0, 0);
    engine.stop();
    await().until(() -> loads.up.isEmpty());
    loads.last.clear();

    engine.start();
    awaitLoad(0, 0);
    assertThat(registry.status("m", "e").orElseThrow().up()).isTrue();
  }

  @Test
  void engineThatIsDownIsNotAsked() {
    FakeEngine engine = FakeEngine.vllm("m", 4096, "1");
    closing.add(engine);
    EngineRegistry registry =
        registry(Specs.model("m", Specs.engine("e", EngineType.VLLM, engine.url())));
    awaitLoad(0, 0);

    engine.on("/health", 500, "");
    await().until(() -> !registry.status("m", "e").orElseThrow().up());
    // A poll that was under way may still come in; after some more probes none does.
    int first = engine.asked().size();
    await().until(() -> engine.asked().size() > first + 4);
    int second = engine.asked().size();
    await().until(() -> engine.asked().size() > second + 4);
    assertThat(engine.asked().stream().skip(second)).containsOnly("/health");

    engine.on("/health", 200, "");
    long told = registry.loadCounters().told();
    await().until(() -> registry.loadCounters().told() > told);
  }
}
