package org.archipel.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class EngineLogTest {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("org.archipel.engines");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
    logger.setLevel(Level.OFF);
  }

  @Test
  void eachChangeOfStateIsOneLineAndProbesAreNone() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "0.30.1").requiringKey("secret-1")) {
      EngineSpec spec =
          Specs.engine("gpu1", EngineType.VLLM, engine.url(), Optional.of("secret-1"));
      engine.stop();
      try (EngineRegistry registry =
          new EngineRegistry(
              List.of(Specs.model("m", spec)),
              List.of(),
              Clock.systemUTC(),
              EngineRegistryTest.FAST)) {
        registry.start();
        await().until(() -> lines.size() == 1);
        engine.start();
        await().until(() -> lines.size() == 2);
        int asked = engine.asked().size();
        await().until(() -> engine.asked().size() > asked + 30);
        engine.stop();
        await().until(() -> lines.size() == 3);
      }
      String name = "Engine gpu1 for m at " + engine.url();
      assertThat(lines)
          .containsExactly(
              "WARN "
                  + name
                  + " is down: connection refused: is the engine running at "
                  + engine.url()
                  + "?",
              "INFO " + name + " is up: vllm 0.30.1, serves [m]",
              "WARN "
                  + name
                  + " is down: connection refused: is the engine running at "
                  + engine.url()
                  + "?");
    }
  }

  @Test
  void engineThatStopsTellingItsLoadIsOneLineAndSoIsItsReturn() {
    try (FakeEngine engine = FakeEngine.vllm("m", 4096, "0.30.1");
        EngineRegistry registry =
            new EngineRegistry(
                List.of(Specs.model("m", Specs.engine("gpu1", EngineType.VLLM, engine.url()))),
                List.of(),
                Clock.systemUTC(),
                LoadPollTest.TELLING)) {
      registry.start();
      await().until(() -> registry.loadCounters().told() > 0);
      engine.on("/metrics", 200, "python_info 1.0\n");
      await().until(() -> registry.loadCounters().missed() > 6);
      engine.on("/metrics", 200, FakeEngine.METRICS);
      await().until(() -> lines.stream().anyMatch(line -> line.endsWith("tells its load again")));

      String name = "Engine gpu1 at " + engine.url();
      assertThat(lines)
          .filteredOn(line -> line.contains("its load"))
          .containsExactly(
              "WARN "
                  + name
                  + " stopped telling its load, and is used all the same: has no vllm: series at"
                  + " /metrics: start it without --disable-log-stats",
              "INFO " + name + " tells its load again");
    }
  }

  @Test
  void engineThatNeverToldItsLoadIsOneLine() {
    try (FakeEngine engine = FakeEngine.llamaCpp("m");
        EngineRegistry registry =
            new EngineRegistry(
                List.of(Specs.model("m", Specs.engine("cpu1", EngineType.LLAMACPP, engine.url()))),
                List.of(),
                Clock.systemUTC(),
                LoadPollTest.TELLING)) {
      registry.start();
      await().until(() -> registry.loadCounters().missed() > 5);

      assertThat(lines)
          .filteredOn(line -> line.contains("its load"))
          .containsExactly(
              "INFO Engine cpu1 at "
                  + engine.url()
                  + " does not tell its load, and is used all the same: tells its load neither at"
                  + " /metrics nor at /slots: start it with --metrics");
      assertThat(registry.loadCounters().stopped()).isZero();
    }
  }
}
