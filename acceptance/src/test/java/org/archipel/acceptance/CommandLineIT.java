package org.archipel.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.archipel.simulator.EngineFlavour;
import org.archipel.simulator.SimulatedEngine;
import org.archipel.simulator.SimulatedEngineOptions;
import org.archipel.simulator.SimulatedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command that an operator types, each in a process of its own. */
final class CommandLineIT {
  @TempDir Path folder;

  private SimulatedEngine engine = start();
  private Program.Surroundings around = Program.Surroundings.in(Path.of("."));

  private static SimulatedEngine start() {
    return SimulatedEngine.start(
        new SimulatedEngineOptions()
            .withFlavour(EngineFlavour.OLLAMA)
            .withModels(SimulatedModel.chat("mistral-small:24b")));
  }

  @BeforeEach
  void stayInTheFolder() {
    around = Program.Surroundings.in(folder);
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void fromAnEmptySiteToItsFirstAccount() throws IOException {
    try (SiteProcess site = SiteProcess.serveEngines(folder, engine.url())) {
      assertThat(site.greeting().path("key").asText()).startsWith("ark-");
      around =
          around
              .with("ARCHIPEL_CONTROL", site.control().base().getAuthority())
              .with("ARCHIPEL_DATA", site.data().toString());

      assertThat(done("org", "create", "insa")).isEqualTo("organization insa created\n");
      assertThat(done("project", "create", "insa", "tutor"))
          .isEqualTo("project tutor of insa created\n");
      String key = done("key", "create", "insa", "tutor", "--name", "laptop").strip();
      assertThat(key).startsWith("ark-").doesNotContainAnyWhitespaces();
      assertThat(chat(site, key, "mistral-small:24b")).isEqualTo(200);

      assertThat(done("org", "list")).contains("insa", "local");
      assertThat(done("project", "list", "insa")).contains("tutor");
      assertThat(done("engine", "list")).contains("ollama", "up", "mistral-small:24b");
      assertUsageIsShown();
      assertKeyCanBeRevoked(site, key);
      assertDoctorLikesIt();
      assertRefusals();
    }
  }

  private void assertUsageIsShown() throws IOException {
    String both = done("usage", "--by", "organization,project");
    assertThat(both).contains("ORGANIZATION", "PROJECT", "insa", "tutor");
    assertThat(done("usage", "--by", "model")).contains("mistral-small:24b");
    String engineId = engine.url().getAuthority();
    JsonNode byEngine = WireJson.read(done("usage", "--by", "engine,day", "--json")).at("/items/0");
    assertThat(byEngine.path("engine").asText()).isEqualTo(engineId);
    assertThat(byEngine.path("day").asText()).matches("20\\d\\d-\\d\\d-\\d\\d");
    assertThat(byEngine.path("requests").asInt()).isEqualTo(1);
    List<String> csv = done("usage", "--by", "model", "--csv", "--since", "1h").lines().toList();
    assertThat(csv).hasSize(2);
    assertThat(csv.getFirst()).startsWith("model,requests,completed,");
    assertThat(csv.getLast()).startsWith("mistral-small:24b,1,1,0,0,");
    assertThat(done("usage", "--until", "1h", "--json")).contains("\"requests\":0");
  }

  private void assertKeyCanBeRevoked(SiteProcess site, String key) throws IOException {
    JsonNode listed = WireJson.read(done("key", "list", "insa", "--json")).path("items");
    assertThat(listed).hasSize(1);
    assertThat(listed.toString()).contains("laptop").doesNotContain(key);
    String id = listed.get(0).path("id").asText();
    assertThat(done("key", "revoke", id)).isEqualTo("key " + id + " revoked\n");
    assertThat(chat(site, key, "mistral-small:24b")).isEqualTo(401);
    assertThat(done("key", "list", "insa")).contains("revoked");
  }

  private void assertDoctorLikesIt() throws IOException {
    String found = done("doctor", "--engine", engine.url().toString());
    assertThat(found).contains("runs at", "ollama", "all that was checked works");
  }

  private void assertRefusals() throws IOException {
    refused(1, "insa", "org", "create", "insa");
    refused(1, "nothing-like-it", "project", "create", "nothing-like-it", "x");
    refused(1, "by", "usage", "--by", "weather");
    refused(2, "--csv and --json", "usage", "--csv", "--json");
    around = around.with("ARCHIPEL_TOKEN", "ark-admin-not-the-right-one");
    refused(1, "token", "org", "list");
  }

  @Test
  void theDoctorNamesWhatIsBroken() throws IOException {
    engine.close();
    Files.writeString(
        folder.resolve("site.yaml"),
        SiteFile.bare()
            .withModel("mistral-small", "chat", engine.url(), "vllm", 4)
            .with("storage:\n  data: /proc/nowhere")
            .text());

    Program.Ended ended = Program.run(around, "doctor", "--config", "site.yaml");

    assertThat(ended.status()).as(ended.toString()).isEqualTo(1);
    assertThat(ended.out())
        .contains(engine.url().getAuthority(), "/proc/nowhere", "to mend")
        .contains("site.yaml is right");
  }

  @Test
  void aWrongFileStopsTheStartWithItsLines() throws IOException {
    String text =
        SiteFile.bare()
            .with("listen:\n  api: nowhere\n  contrl: 127.0.0.1:0")
            .withModel("mistral-small", "chat", engine.url(), "vlm", 4)
            .text();
    Files.writeString(folder.resolve("wrong.yaml"), text);
    List<String> lines = text.lines().toList();

    Program.Ended ended = Program.run(around, "serve", "--config", "wrong.yaml");

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.err().lines())
        .anySatisfy(line -> assertThat(line).startsWith(at(lines, "api: nowhere")))
        .anySatisfy(line -> assertThat(line).startsWith(at(lines, "contrl:")).contains("control"))
        .anySatisfy(line -> assertThat(line).startsWith(at(lines, "type: vlm")).contains("vllm"));
    assertThat(ended.out()).isEmpty();
    assertThat(folder.resolve("data")).as("nothing is made before all is right").doesNotExist();
  }

  private static String at(List<String> lines, String part) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(part)) {
        return "wrong.yaml:%d: ".formatted(i + 1);
      }
    }
    throw new IllegalArgumentException(part);
  }

  @Test
  void wrongUseIsStatusTwoAndSaysWhatIsRight() throws IOException {
    refused(2, "--help", "frobnicate");
    refused(2, "--help", "org", "create");
    refused(2, "expected", "serve", "--engine", "not-a-url");
    refused(2, "expected", "serve");
    refused(1, "no such file", "serve", "--config", "missing.yaml");
    around = around.with("ARCHIPEL_TOKEN", "ark-admin-any-token-at-all");
    refused(1, "is the site running?", "org", "list", "--control", "127.0.0.1:1");
    assertThat(done("version")).startsWith("archipel ");
    assertThat(done("--help").toLowerCase(Locale.ROOT)).contains("serve", "doctor", "usage");
  }

  private String done(String... arguments) throws IOException {
    Program.Ended ended = Program.run(around, arguments);
    assertThat(ended.status()).as(ended.toString()).isZero();
    return ended.out();
  }

  private void refused(int status, String word, String... arguments) throws IOException {
    Program.Ended ended = Program.run(around, arguments);
    assertThat(ended.status()).as(ended.toString()).isEqualTo(status);
    assertThat(ended.err()).contains(word).doesNotContain("\tat ");
    assertThat(ended.out()).isEmpty();
  }

  private static int chat(SiteProcess site, String key, String model) throws IOException {
    String body = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    try (RawHttp client = RawHttp.connect(site.api())) {
      client.send(
          RawHttp.request(
              "POST",
              "/v1/chat/completions",
              List.of("Authorization: Bearer " + key),
              body.formatted(model)));
      return client.read().status();
    }
  }
}
