package org.archipel.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as operators start, stop and break it. */
@Timeout(180)
final class ProgramIT {
  private static final String FREE = "127.0.0.1:0";

  @TempDir private Path folder = Path.of(".");

  @SuppressWarnings("NullAway.Init")
  private SimulatedEngine engine;

  @BeforeEach
  void startEngine() {
    engine = SimulatedEngine.start(new SimulatedEngineOptions());
  }

  @AfterEach
  void stopEngine() {
    engine.close();
  }

  private RunningProgram serve() throws IOException {
    return RunningProgram.start(
        folder,
        "serve",
        "--engine",
        engine.url().toString(),
        "--api",
        FREE,
        "--control",
        FREE,
        "--data",
        "data",
        "--json");
  }

  private String token() throws IOException {
    return Files.readString(folder.resolve("data/admin.token")).strip();
  }

  private String usage(RunningProgram program, JsonNode greeting) throws Exception {
    return program.get(greeting.path("control").asText() + "/api/v1/usage", token()).body();
  }

  @Test
  void aSiteServesEndsOnSigtermAndGoesOnWithTheSameKeyAndAccount() throws Exception {
    String key;
    try (RunningProgram first = serve()) {
      JsonNode greeting = first.greeting();
      key = greeting.path("key").asText();
      assertThat(first.chat(greeting.path("api").asText(), key, false).statusCode()).isEqualTo(200);
      assertThat(first.chat(greeting.path("api").asText(), key, true).body()).contains("[DONE]");
      first.terminate();
      assertThat(first.exitStatus()).isIn(0, 143);
      assertThat(first.errors()).contains("archipel: stopped").doesNotContain(key, "Exception");
    }
    try (RunningProgram second = serve()) {
      JsonNode greeting = second.greeting();
      assertThat(greeting.has("key")).isFalse();
      assertThat(second.chat(greeting.path("api").asText(), key, false).statusCode())
          .isEqualTo(200);
      assertThat(usage(second, greeting)).contains("\"requests\":3");
    }
  }

  @Test
  void whatACallerSawCompleteIsInTheAccountAfterAKill() throws Exception {
    String key;
    try (RunningProgram first = serve()) {
      JsonNode greeting = first.greeting();
      key = greeting.path("key").asText();
      for (int i = 0; i < 20; i++) {
        assertThat(first.chat(greeting.path("api").asText(), key, i % 2 == 0).statusCode())
            .isEqualTo(200);
      }
      first.kill();
      first.exitStatus();
    }
    try (RunningProgram second = serve()) {
      assertThat(usage(second, second.greeting())).contains("\"requests\":20");
    }
  }

  @Test
  void aSecondStartOnTheSameDataIsRefusedAndTheFirstServesOn() throws Exception {
    try (RunningProgram first = serve();
        RunningProgram second = startedAfter(first.greeting())) {
      assertThat(second.exitStatus()).isEqualTo(1);
      assertThat(second.errors()).contains("in use by process " + first.pid());
      assertThat(second.errors().lines()).hasSize(1);
    }
  }

  /** The greeting is only awaited: the first start must have its lock. */
  private RunningProgram startedAfter(JsonNode greeting) throws IOException {
    assertThat(greeting.has("api")).isTrue();
    return serve();
  }

  @Test
  void aPortInUseIsOneClearLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RunningProgram program =
            RunningProgram.start(
                folder,
                "serve",
                "--engine",
                engine.url().toString(),
                "--api",
                "127.0.0.1:" + taken.getLocalPort(),
                "--control",
                FREE)) {
      assertThat(program.exitStatus()).isEqualTo(1);
      assertThat(program.errors())
          .contains("archipel: ")
          .contains(":" + taken.getLocalPort())
          .doesNotContain("\tat ");
    }
  }

  @Test
  void theExampleStartsWithItsEnginesDown() throws Exception {
    Path example = Path.of("..", "archipel.yaml").toAbsolutePath().normalize();
    try (RunningProgram program =
        RunningProgram.start(
            folder,
            "serve",
            "--config",
            example.toString(),
            "--api",
            FREE,
            "--control",
            FREE,
            "--json")) {
      JsonNode greeting = program.greeting();
      assertThat(greeting.path("site").asText()).isEqualTo("rennes");
      assertThat(program.get(greeting.path("control").asText() + "/health/ready", "").statusCode())
          .isEqualTo(200);
      assertThat(program.get(greeting.path("control").asText() + "/api/v1/engines", token()).body())
          .contains("\"state\":\"down\"");
    }
  }

  @Test
  void theDemonstrationAnswersAndKeepsItsKey() throws Exception {
    String key = demonstrate();
    assertThat(demonstrate()).isEqualTo(key);
  }

  private String demonstrate() throws Exception {
    try (RunningProgram demo =
        RunningProgram.start(
            folder,
            "demo",
            "--single",
            "--data",
            "demo",
            "--api",
            FREE,
            "--control",
            FREE,
            "--json")) {
      JsonNode greeting = demo.greeting();
      String key = greeting.path("key").asText();
      assertThat(demo.get(greeting.path("api").asText() + "/v1/models", key).body())
          .contains("mistral-small");
      demo.terminate();
      assertThat(demo.exitStatus()).isIn(0, 143);
      return key;
    }
  }
}
