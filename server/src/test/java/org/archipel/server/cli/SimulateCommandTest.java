package org.archipel.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulateCommandTest {
  private static final String SCENARIO =
      """
      title: Two engines
      question: Do they cope?
      duration: 20s
      seeds: 2
      engines:
        e: {count: 2, owner: a, invented: {prefill_tokens_per_second: 8000, step: 12ms,
            kv_tokens: 60000, sequences: 32}}
      organizations: {a: {}, b: {}}
      variants:
        calm: {x: 1, load: {rate: 1}}
        busy: {x: 9, load: {rate: 9}}
      """;

  private final Terminal terminal = new Terminal();

  @TempDir private Path folder = Path.of(".");

  private String scenario = "";

  @BeforeEach
  void write() throws IOException {
    scenario = Files.writeString(folder.resolve("s.yaml"), SCENARIO).toString();
  }

  @Test
  void policiesAreComparedInTablesThatSaySimulated() {
    assertThat(terminal.run("simulate", scenario, "--compare", "archipel,cw-lor")).isZero();
    assertThat(terminal.out())
        .startsWith("Two engines (simulated, 2 seeds)")
        .contains("== calm", "== busy", "TTFT P95", "GOODPUT", "UTILIZATION")
        .contains("org:a", "org:b", "class:interactive", "cw-lor", "KNEE");
    String first = terminal.out();
    assertThat(terminal.run("simulate", scenario, "--compare", "archipel,cw-lor")).isZero();
    assertThat(terminal.out()).isEqualTo(first);
  }

  @Test
  void filesAreWrittenWhereToldAndJsonIsOneObject() throws IOException {
    Path out = folder.resolve("new/results");
    assertThat(
            terminal.run(
                "simulate",
                scenario,
                "--compare=rr",
                "--variant=busy",
                "--seeds=1",
                "--json",
                "--out=" + out))
        .isZero();
    assertThat(terminal.out())
        .startsWith("{\"simulated\":true,")
        .contains("\"ttft_p95\":")
        .doesNotContain("calm", "NaN");
    assertThat(terminal.err()).contains("report.html");
    assertThat(out.resolve("runs.csv")).exists();
    assertThat(out.resolve("summary.csv")).exists();
    assertThat(Files.readString(out.resolve("report.html"))).contains("<svg", "simulated");
  }

  @Test
  void whatIsWrongIsSaidInItsPlace() throws IOException {
    assertThat(terminal.run("simulate")).isEqualTo(2);
    assertThat(terminal.run("simulate", scenario, "--compare", "best")).isEqualTo(2);
    assertThat(terminal.err()).contains("policy best (expected: one of archipel");
    assertThat(terminal.run("simulate", scenario, "--variant", "none")).isEqualTo(2);
    assertThat(terminal.err()).contains("calm, busy");
    assertThat(terminal.run("simulate", scenario, "--seeds", "-1")).isEqualTo(2);
    Path wrong = Files.writeString(folder.resolve("w.yaml"), "duration: 1s\nspeed: 3\n");
    assertThat(terminal.run("simulate", wrong.toString())).isEqualTo(1);
    assertThat(terminal.err())
        .contains("w.yaml:2: speed: unknown key", "engines")
        .doesNotContain("\tat ");
    assertThat(terminal.run("simulate", folder.resolve("none").toString())).isEqualTo(1);
    assertThat(terminal.err()).contains("no such file");
    Path traced =
        Files.writeString(
            folder.resolve("t.yaml"), SCENARIO + "load: {trace: {file: missing.csv}}\n");
    assertThat(terminal.run("simulate", traced.toString())).isEqualTo(1);
    assertThat(terminal.err()).contains("missing.csv", "--trace");
  }
}
