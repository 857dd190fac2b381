package org.archipel.server.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code usage export}: records and charges for others' programs. */
@Command(
    name = "export",
    description = {
      "Writes usage to the standard output, whatever its length: records as CSV or JSON Lines, or",
      "charges of whole days (UTC) as FOCUS 1.2."
    },
    mixinStandardHelpOptions = true)
final class ExportCommand implements Runnable {
  private final Shell shell;

  @Mixin private final ControlAccess access = new ControlAccess();

  @Option(names = "--format", paramLabel = "FORMAT", description = "csv (default), jsonl or focus.")
  private String format = "csv";

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      description = "From this date or time, or a distance such as 30d.")
  private String since = "";

  @Option(
      names = "--until",
      paramLabel = "WHEN",
      description = "Before this date or time; up to now unless given.")
  private String until = "";

  @Option(
      names = "--organization",
      paramLabel = "ORG",
      description = "Only of this organization; with focus, what is billed or credited to it.")
  private String organization = "";

  @Option(
      names = "--project",
      paramLabel = "PROJECT",
      description = "Only of this project of it; not with focus.")
  private String project = "";

  ExportCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    String type =
        switch (format) {
          case "csv", "focus" -> "text/csv";
          case "jsonl" -> "application/jsonl";
          default -> throw Failure.usage("--format: not one (expected: csv, jsonl or focus)");
        };
    String path = "/api/v1/exports/" + (format.equals("focus") ? "focus" : "records");
    String asked =
        ControlClient.query(
            path,
            Map.of(
                "since", since, "until", until, "organization", organization, "project", project));
    try (ControlClient client = access.client(shell.environment())) {
      client.print(asked, type, shell.output().out());
    }
  }
}
