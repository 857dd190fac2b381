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
}
