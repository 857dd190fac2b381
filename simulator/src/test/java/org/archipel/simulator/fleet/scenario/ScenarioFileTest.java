package org.archipel.simulator.fleet.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScenarioFileTest {
  private static final String ENGINE =
      "{invented: {prefill_tokens_per_second: 1000, step: 10ms, kv_tokens: 1000}}";
  private static final String LEAST =
      "duration: 10s\nengines: {e: " + ENGINE + "}\norganizations: {a: {}}\n";

  @TempDir private Path folder = Path.of(".");

  private static Study parse(String text) {
    return ScenarioFile.parse(Path.of("s.yaml"), text);
  }

  private static Scenario only(String text) {
    return parse(text).variants().getFirst().scenario();
  }

  @Test
  void littleIsEnoughAndTheRestHasDefaults() {
    Study study = parse(LEAST);
    assertThat(study.variants()).hasSize(1);
    assertThat(study.seeds()).isEqualTo(5);
    Scenario scenario = study.variants().getFirst().scenario();
    assertThat(scenario.period())
        .isEqualTo(
            new Scenario.Period(
                10_000_000_000L, 1_000_000_000L, 10_000_000_000L, 600_000_000_000L));
    assertThat(scenario.objective()).isEqualTo(new Scenario.Objective(3_000_000_000L, 150_000_000));
    assertThat(scenario.reports().everyNanos()).isEqualTo(1_000_000_000L);
    assertThat(scenario.engines().getFirst().id()).isEqualTo("e");
    assertThat(scenario.organizations().getFirst().classes()).containsExactly(1.0, 0.0, 0.0);
  }

  @Test
  void whatIsWrongIsToldAllAtOnceWithItsLine() {
    String text =
        """
        duration: 10s
        colour: red
        engines:
          e: {count: 0, invented: {prefill_tokens_per_second: fast, step: 10, kv_tokens: 1}}
          f: {hardware: {device: h200x, model: llama-8b}}
          g: {}
        organizations:
          a: {routing: somewhere, floods: [{from: 5s, to: 2s}], weight: 0}
          B: {}
        load: {requests: {prompts: {min: 10, max: 5}}}
        """;
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining("s.yaml:2: colour: unknown key (expected: one of ")
        .hasMessageContaining("s.yaml:4: engines.e.count: 0 (expected: a number, 1 to 20000)")
        .hasMessageContaining("engines.e.invented.prefill_tokens_per_second: \"fast\"")
        .hasMessageContaining("engines.e.invented.step: 10 (expected: a duration such as")
        .hasMessageContaining("s.yaml:5: engines.f.hardware.device: \"h200x\" (expected: one of")
        .hasMessageContaining("s.yaml:6: engines.g.hardware: hardware and invented")
        .hasMessageContaining("s.yaml:8: organizations.a.routing: \"somewhere\"")
        .hasMessageContaining("organizations.a.weight: 0")
        .hasMessageContaining("to: not after from")
        .hasMessageContaining("s.yaml:9: organizations.B")
        .hasMessageContaining("s.yaml:10: requests.prompts.max: 5 (expected: at least min");
  }

  @Test
  void whatIsNoScenarioIsRefused() {
    for (String text :
        new String[] {
          "",
          "- a",
          "a: &x 1\nb: *x",
          "a: {",
          "--- {}\n--- {}",
          LEAST + "duration: 5s\n",
          LEAST.replace("{a: {}}", "{a: {share: 0}}"),
          "x: ".repeat(40),
          "a: " + "[".repeat(100) + "]".repeat(100),
        }) {
      assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(ScenarioException.class);
    }
    Path none = folder.resolve("none.yaml");
    assertThatThrownBy(() -> ScenarioFile.load(none, Optional.empty()))
        .isInstanceOf(ScenarioException.class)
        .hasMessageContaining("none.yaml: no such file");
  }

  @Test
  void variantsAreTheFileWithSomethingElse() {
    Study study =
        parse(
            LEAST
                + """
                load: {rate: 3}
                variants:
                  same: {}
                  more: {x: 2, load: {rate: 6}, organizations: {b: {share: 3}}}
                """);
    assertThat(study.variants()).extracting(Study.Variant::name).containsExactly("same", "more");
    assertThat(study.variants().get(1).x()).isEqualTo(2);
    Scenario more = study.variants().get(1).scenario();
    assertThat(more.organizations()).extracting(OrganizationSpec::name).containsExactly("a", "b");
    assertThat(more.rate(more.organizations().get(1))).isEqualTo(4.5);
    assertThat(study.variants().getFirst().scenario().organizations()).hasSize(1);
    assertThatThrownBy(() -> parse(LEAST + "variants: {v: {lod: {}}}\n"))
        .hasMessageContaining("s.yaml:4: lod: unknown key");
  }

  @Test
  void groupsOfOrganizationsFollowZipfsLawAndOwnInProportion() {
    String text =
        """
        duration: 10s
        engines: {e: {count: 30, owner: o, invented: %s}}
        organizations: {o: {count: 3, zipf: 1, share: 11}}
        load: {rate: 11}
        """
            .formatted("{prefill_tokens_per_second: 1000, step: 10ms, kv_tokens: 1000}");
    Scenario scenario = only(text);
    assertThat(scenario.organizations())
        .extracting(OrganizationSpec::name)
        .containsExactly("o-001", "o-002", "o-003");
    assertThat(scenario.rate(scenario.organizations().getFirst())).isCloseTo(6, within(1e-9));
    assertThat(scenario.engines().stream().filter(e -> e.owner().equals("o-001")).count())
        .isBetween(15L, 18L);
    assertThat(scenario.engines().getLast().id()).isEqualTo("e-30");
  }

  @Test
  void hardwareTellsStepsAndMemory() {
    EngineModel model =
        only(LEAST.replace(ENGINE, "{hardware: {device: h100-sxm, model: llama-8b}}"))
            .engines()
            .getFirst()
            .model();
    // Fit of ML.ENERGY: 64 sequences of 2k contexts on an H100; the KV cache of 72-16-4 GB.
    assertThat(model.stepNanos()[64] / 1e6).isBetween(8.0, 12.0);
    assertThat((double) model.capacity().kvTokens()).isCloseTo(396_000, within(10_000.0));
    assertThat(1e9 / model.prefillNanos()).isBetween(25_000.0, 30_000.0);
    assertThat(model.speed().interTokenBaseSeconds()).isBetween(0.005, 0.009);
  }

  @Test
  void theScenariosOfTheProjectCanBeRead() throws IOException {
    List<Path> files;
    try (Stream<Path> list = Files.list(Path.of("scenarios"))) {
      files = list.sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(8);
    for (Path file : files) {
      Study study = ScenarioFile.load(file, Optional.empty());
      assertThat(study.title()).as(file.toString()).isNotBlank();
      assertThat(study.question()).as(file.toString()).endsWith("?");
    }
  }
}
