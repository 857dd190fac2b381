package org.archipel.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.archipel.simulator.fleet.scenario.Load;
import org.archipel.simulator.fleet.scenario.Scenario;
import org.archipel.simulator.fleet.scenario.ScenarioException;
import org.archipel.simulator.fleet.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TraceReaderTest {
  private static final String HEADING = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

  @TempDir private Path folder = Path.of(".");

  private List<TraceEntry> read(String text, Load.Form form) throws IOException {
    Path file = Files.writeString(folder.resolve("trace"), text);
    return TraceReader.read(new Load.TraceSpec(file, form, 1));
  }

  @Test
  void azuresTraceIsReadFromItsFirstArrivalOn() throws IOException {
    List<TraceEntry> entries =
        read(
            HEADING
                + "2023-11-16 18:15:46.6805900,374,44\n"
                + "2023-11-16 18:15:50.9951690,396,109\n\n"
                + "2023-11-16 18:15:51,8,0\n",
            Load.Form.AZURE);
    assertThat(entries).hasSize(3);
    assertThat(entries.getFirst().nanos()).isZero();
    assertThat(entries.get(1).nanos()).isEqualTo(4_314_579_000L);
    assertThat(entries.get(1).ask()).isEqualTo(new Ticket.Ask(396, 109, 0, 0));
    assertThat(entries.get(2).ask().output()).isZero();
  }

  @Test
  void aLineThatIsNotOfTheFormIsNamed() {
    for (String line :
        new String[] {
          "nonsense",
          "2023-11-16 18:15:46,374",
          "2023-11-16 18:15:46,374,44,1",
          "2023-13-16 18:15:46,374,44",
          "2023-11-16 18:15:46,-1,44",
          "2023-11-16 18:15:46,1e3,44",
          "2023-11-16 18:15:46,99999999999,44",
        }) {
      assertThatThrownBy(() -> read(HEADING + line + "\n", Load.Form.AZURE))
          .as(line)
          .isInstanceOf(ScenarioException.class)
          .hasMessageContaining("trace:2: \"")
          .hasMessageContaining("(expected:");
    }
    for (String line :
        new String[] {
          "{",
          "[]",
          "7",
          "{\"timestamp\": 0}",
          "{\"timestamp\": -1, \"input_length\": 3, \"output_length\": 3}",
          "{\"timestamp\": 0, \"input_length\": 0, \"output_length\": 3}",
          "{\"timestamp\": 0, \"input_length\": 3e30, \"output_length\": 3}",
        }) {
      assertThatThrownBy(() -> read(line + "\n", Load.Form.MOONCAKE))
          .as(line)
          .isInstanceOf(ScenarioException.class)
          .hasMessageContaining("trace:1: ");
    }
    assertThatThrownBy(() -> read("", Load.Form.AZURE)).hasMessageContaining("empty");
    Load.TraceSpec missing = new Load.TraceSpec(folder.resolve("none"), Load.Form.AZURE, 1);
    assertThatThrownBy(() -> TraceReader.read(missing)).hasMessageContaining("cannot be read");
  }

  @Test
  void mooncakesHashesTellWhichPromptContinuesWhich() throws IOException {
    List<TraceEntry> entries =
        read(
            """
            {"timestamp": 0, "input_length": 1500, "output_length": 5, "hash_ids": [0, 1, 2]}
            {"timestamp": 500, "input_length": 1500, "output_length": 5, "hash_ids": [0, 7, 8]}
            {"timestamp": 900, "input_length": 2100, "output_length": 5, "hash_ids": [0, 1, 2, 3, 4]}
            """,
            Load.Form.MOONCAKE);
    assertThat(entries.get(1).nanos()).isEqualTo(500_000_000L);
    assertThat(entries.get(1).ask().reusable()).isZero();
    assertThat(entries.get(1).ask().conversation())
        .isNotEqualTo(entries.get(0).ask().conversation());
    assertThat(entries.get(2).ask().conversation()).isEqualTo(entries.get(0).ask().conversation());
    assertThat(entries.get(2).ask().reusable()).isEqualTo(3 * 512);
  }

  @Test
  void aTraceIsPlayedFasterAndAgainWithNewConversations() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("t.jsonl"),
            """
            {"timestamp": 0, "input_length": 600, "output_length": 5, "hash_ids": [0, 1]}
            {"timestamp": 9000, "input_length": 1500, "output_length": 5, "hash_ids": [0, 1, 2]}
            """);
    Scenario scenario =
        ScenarioFile.parse(
                folder.resolve("s.yaml"),
                Small.BASE + "  trace: {file: t.jsonl, form: mooncake, speed: 2}\n")
            .variants()
            .getFirst()
            .scenario();
    Load.TraceSpec spec = scenario.load().trace().orElseThrow();
    assertThat(spec.file()).isEqualTo(file);
    TraceArrivals arrivals =
        new TraceArrivals(scenario, TraceReader.read(spec), spec.speed(), new Seeds(1));
    Ticket first = arrivals.take();
    Ticket second = arrivals.take();
    Ticket again = arrivals.take();
    // 10 s long with the second after its last entry, at double speed.
    assertThat(second.arrivalNanos).isEqualTo(4_500_000_000L);
    assertThat(again.arrivalNanos).isEqualTo(5_000_000_000L);
    assertThat(second.organization).isEqualTo(first.organization);
    assertThat(second.ask.conversation()).isEqualTo(first.ask.conversation());
    assertThat(again.ask.conversation()).isNotEqualTo(first.ask.conversation());
    long[] chain = first.demand.prefix().blocks();
    assertThat(chain).hasSize(9);
    assertThat(Arrays.copyOf(second.demand.prefix().blocks(), 9)).isEqualTo(chain);
    assertThat(again.demand.prefix().blocks()[0]).isNotEqualTo(chain[0]);
  }
}
