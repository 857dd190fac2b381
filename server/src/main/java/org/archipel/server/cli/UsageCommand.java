package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code usage}: what was used, summed. */
@Command(
    name = "usage",
    description = "Shows what was used, summed.",
    mixinStandardHelpOptions = true)
final class UsageCommand implements Runnable {
  private static final List<String> SUMS =
      List.of(
          "requests",
          "completed",
          "cancelled",
          "failed",
          "prompt_tokens",
          "cached_tokens",
          "completion_tokens",
          "estimated",
          "engine_seconds",
          "audio_seconds",
          "cost");

  private final Shell shell;

  @Mixin private final ControlAccess access = new ControlAccess();

  @Option(
      names = "--by",
      paramLabel = "KEY",
      split = ",",
      description =
          "organization, project, key, person, model, engine, owner, class, currency, site,"
              + " origin, day, hour; several with commas.")
  private List<String> by = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description = "From this date or time, or a distance such as 7d.")
  private String since = "";

  @Option(
      names = "--until",
      paramLabel = "WHEN",
      description = "Before this date or time, or a distance such as 1h.")
  private String until = "";

  @ArgGroup(validate = false, heading = "Only usage of:%n")
  private final UsageFilters filters = new UsageFilters();

  @Option(
      names = "--request",
      paramLabel = "ID",
      description =
          "Explains one request instead: a record's id, or the x-request-id of one since --since.")
  private String request = "";

  @Option(names = "--csv", description = "Answer as CSV.")
  private boolean csv;

  static CommandLine all(Shell shell) {
    return new CommandLine(new UsageCommand(shell))
        .addSubcommand(new RebuildCommand(shell))
        .addSubcommand(new ExportCommand(shell));
  }

  UsageCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    if (csv && access.json()) {
      throw Failure.usage("--csv and --json together (expected: one of them)");
    }
    if (!request.isEmpty()) {
      new RequestView(shell, access).show(request, Map.of("since", since, "until", until));
      return;
    }
    Map<String, String> parameters = new HashMap<>(filters.parameters());
    parameters.putAll(Map.of("by", String.join(",", by), "since", since, "until", until));
    String path = ControlClient.query("/api/v1/usage", parameters);
    if (csv) {
      try (ControlClient client = access.client(shell.environment())) {
        shell.output().out().print(client.get(path, "text/csv"));
        shell.output().out().flush();
      }
      return;
    }
    shell.show(access, client -> client.all(path), this::table, "nothing was used in that time");
  }

  private Table table(JsonNode items) {
    List<String> fields = new ArrayList<>(by);
    fields.addAll(SUMS);
    Table table =
        new Table(
            fields.stream()
                .map(field -> (SUMS.contains(field) ? ">" : "") + heading(field))
                .toArray(String[]::new));
    items.forEach(
        item -> table.add(fields.stream().map(f -> Shell.text(item, f)).toArray(String[]::new)));
    return table;
  }

  private static String heading(String field) {
    return field.replace("_tokens", "").toUpperCase(Locale.ROOT);
  }
}
