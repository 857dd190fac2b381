package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit}: who changed what. */
final class AuditCommands {
  private static final String PATH = "/api/v1/audit";

  private AuditCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new List(shell))
        .addSubcommand(new Verify(shell));
  }

  @Command(
      name = "audit",
      description = "Who changed what, and whether that account is whole.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "list",
      description = "Lists changes, the latest first.",
      mixinStandardHelpOptions = true)
  private static final class List implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Option(names = "--org", paramLabel = "ORG", description = "Only those that concern it.")
    private String organization = "";

    @Option(names = "--actor", paramLabel = "ACTOR", description = "Only of kind:id, or of a kind.")
    private String actor = "";

    @Option(
        names = "--action",
        paramLabel = "ACTION",
        description = "key.revoke, or all on a key: key.")
    private String action = "";

    @Option(
        names = "--since",
        paramLabel = "WHEN",
        description = "A date, a time, or such as 7d ago.")
    private String since = "";

    @Option(names = "--until", paramLabel = "WHEN", description = "Written like --since.")
    private String until = "";

    @Option(names = "--limit", paramLabel = "N", description = "At most so many; 100 unless given.")
    private int limit = 100;

    List(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path =
          ControlClient.query(
              PATH,
              Map.of(
                  "organization",
                  organization,
                  "actor",
                  actor,
                  "action",
                  action,
                  "since",
                  since,
                  "until",
                  until,
                  "limit",
                  String.valueOf(limit)));
      shell.show(access, client -> client.get(path), AuditCommands::table, "no changes");
    }
  }

  @Command(
      name = "verify",
      description = "Checks the whole log; fails when an entry was altered.",
      mixinStandardHelpOptions = true)
  private static final class Verify implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    Verify(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> {
            JsonNode verdict = client.get(PATH + "/verify");
            if (!verdict.path("whole").asBoolean()) {
              throw Failure.failed(
                  "the audit log is broken at entry %s: %s"
                      .formatted(Shell.text(verdict, "broken"), Shell.text(verdict, "why")));
            }
            return verdict;
          },
          verdict ->
              "%s entries, none altered; hash of the last: %s"
                  .formatted(Shell.text(verdict, "entries"), Shell.text(verdict, "hash")));
    }
  }

  private static Table table(JsonNode items) {
    Table table = new Table(">ENTRY", "AT", "ACTOR", "ACTION", "SUBJECT", "DETAILS");
    items.forEach(
        item ->
            table.add(
                Shell.text(item, "sequence"),
                Shell.time(item, "at"),
                Shell.text(item, "actor"),
                Shell.text(item, "action"),
                Shell.text(item, "subject"),
                Shell.words(item.path("details"))));
    return table;
  }
}
