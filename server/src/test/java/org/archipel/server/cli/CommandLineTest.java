package org.archipel.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands answer when no site runs. */
final class CommandLineTest {
  private static final String TOKEN = "0123456789abcdef";

  private final Terminal terminal = new Terminal();

  @TempDir private Path folder = Path.of(".");

  @Test
  void withoutACommandTheUsageIsShownAsAnError() {
    assertThat(terminal.run()).isEqualTo(2);
    assertThat(terminal.err()).contains("COMMAND");
  }

  @Test
  void helpIsNoError() {
    assertThat(terminal.run("--help")).isZero();
    assertThat(terminal.out())
        .contains("serve", "demo", "doctor", "key")
        .doesNotContain("rehearse");
    assertThat(terminal.run("serve", "--help")).isZero();
    assertThat(terminal.out()).contains("--engine");
    assertThat(terminal.run("key", "create", "--help")).isZero();
    assertThat(terminal.out()).contains("--expires");
  }

  @Test
  void misuseIsStatusTwoAndOneLineWithAHint() {
    for (String[] arguments :
        new String[][] {
          {"sevre"},
          {"serve", "extra"},
          {"serve", "--cofnig", "x"},
          {"key", "create", "only-org"},
          {"key"},
          {"usage", "--csv", "--json"},
          {"queue", "--watch", "--json"},
          {"queue", "--top", "0"},
          {"serve", "--config", "a", "--engine", "http://b"},
          {"serve", "--engine", "gpu1"},
          {"serve", "--engine", "http://gpu1:1", "--api", "nowhere"},
          {"org", "list", "--control", "::::"},
        }) {
      assertThat(terminal.run(arguments)).as(String.join(" ", arguments)).isEqualTo(2);
      assertThat(terminal.err()).as(String.join(" ", arguments)).contains("archipel");
      assertThat(terminal.err().lines().count()).isLessThanOrEqualTo(3);
      assertThat(terminal.err()).doesNotContain("Exception", "\tat ");
    }
  }

  @Test
  void aWrongConfigurationIsStatusOneWithAllThatIsWrong() throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "sit: {}\nlisten: {api: x}\n");
    assertThat(terminal.run("serve", "--config", file.toString())).isEqualTo(1);
    assertThat(terminal.err()).contains("a.yaml:1: sit: unknown key", "a.yaml:2: listen.api");
    assertThat(terminal.err()).doesNotContain("\tat ");
  }

  @Test
  void aMissingTokenIsExplained() {
    assertThat(terminal.run("org", "list", "--data", folder.resolve("none").toString()))
        .isEqualTo(1);
    assertThat(terminal.err()).contains("admin.token").contains("ARCHIPEL_TOKEN");
  }

  @Test
  void aSiteThatDoesNotRunIsExplained() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    terminal.with("ARCHIPEL_TOKEN", TOKEN);
    assertThat(terminal.run("org", "list", "--control", "127.0.0.1:" + port)).isEqualTo(1);
    assertThat(terminal.err()).contains("nothing answers at http://127.0.0.1:" + port);
    terminal.with("ARCHIPEL_CONTROL", "127.0.0.1:" + port);
    assertThat(terminal.run("org", "list")).isEqualTo(1);
    assertThat(terminal.err()).contains(":" + port).doesNotContain(TOKEN);
  }

  @Test
  void theVersionIsTextOrJson() {
    assertThat(terminal.run("version")).isZero();
    assertThat(terminal.out()).startsWith("archipel ");
    assertThat(terminal.run("version", "--json")).isZero();
    assertThat(terminal.out()).startsWith("{\"version\":");
  }

  @Test
  void completionIsAScriptOfAllCommands() {
    assertThat(terminal.run("completion")).isZero();
    assertThat(terminal.out()).contains("complete -F", "--engine", "revoke");
  }

  @Test
  void doctorSaysWhatToDoWithoutASite() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.yaml"),
            """
            site: {id: rennes}
            storage: {data: %s}
            models:
              - id: m
                engines: [{url: "http://127.0.0.1:1", type: vllm}]
            """
                .formatted(folder.resolve("data")));
    assertThat(terminal.run("doctor", "--config", file.toString())).isEqualTo(1);
    assertThat(terminal.out())
        .contains("ok    configuration")
        .contains("bad   engine")
        .contains("127.0.0.1:1")
        .contains("1 to mend");
    assertThat(folder.resolve("data")).doesNotExist();
    assertThat(terminal.run("doctor", "--json", "--config", file.toString())).isEqualTo(1);
    assertThat(terminal.out()).startsWith("{\"items\":[");
  }

  @Test
  void doctorReportsAWrongFileAndChecksTheRest() throws IOException {
    Path file = Files.writeString(folder.resolve("a.yaml"), "site: {id: É}\n");
    assertThat(terminal.run("doctor", "--config", file.toString(), "--data", folder.toString()))
        .isEqualTo(1);
    assertThat(terminal.out()).contains("a.yaml:1: site.id").contains("storage");
  }

  @Test
  void tablesAreAlignedAndHarmless() {
    Table table = new Table("NAME", ">COUNT");
    table.add("é", "1");
    table.add("long\u001b[31m", "1000");
    assertThat(table.lines("  "))
        .containsExactly("  NAME       COUNT", "  é              1", "  long?[31m   1000");
  }
}
