package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code entitlement}: what the consortium allows organizations. */
final class EntitlementCommands {
  private static final String PATH = "/api/v1/entitlements";

  private EntitlementCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new List(shell))
        .addSubcommand(new Show(shell))
        .addSubcommand(new Grant(shell))
        .addSubcommand(new End(shell));
  }

  @Command(
      name = "entitlement",
      description = "What the consortium allows organizations.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "list",
      description = "Lists entitlements, also those that have ended.",
      mixinStandardHelpOptions = true)
  private static final class List implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ORG", arity = "0..1", description = "Only of this organization.")
    private String organization = "";

    List(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path = ControlClient.query(PATH, Map.of("organization", organization));
      shell.show(
          access,
          client -> client.items(path),
          EntitlementCommands::table,
          "no entitlements: archipel entitlement grant ORG --model MODEL makes one");
    }
  }

  @Command(name = "show", description = "Shows an entitlement.", mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "Its id, as list shows it.")
    private String id = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.describe(access, client -> client.get(PATH + "/" + ControlClient.encode(id)));
    }
  }

  @Command(
      name = "grant",
      description = "Allows an organization something.",
      mixinStandardHelpOptions = true)
  private static final class Grant implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Option(names = "--project", paramLabel = "PROJECT", description = "Only for this project.")
    private Optional<String> project = Optional.empty();

    @Mixin private final TermsOptions terms = new TermsOptions();

    @Option(names = "--decision", paramLabel = "TEXT", description = "Which decision it is from.")
    private Optional<String> decision = Optional.empty();

    Grant(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = new HashMap<>();
      wish.put("organization", organization);
      wish.put("terms", terms.terms());
      project.ifPresent(name -> wish.put("project", name));
      decision.ifPresent(text -> wish.put("decision", text));
      shell.tell(
          access,
          client -> client.post(PATH, wish),
          made -> "entitlement " + Shell.text(made, "id") + " granted to " + organization);
    }
  }

  @Command(
      name = "end",
      description = "Ends an entitlement, now or at a moment to come.",
      mixinStandardHelpOptions = true)
  private static final class End implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "Its id, as list shows it.")
    private String id = "";

    @Option(
        names = "--at",
        paramLabel = "WHEN",
        description = "A date, a time, or a distance such as 7d; now unless given.")
    private Optional<String> at = Optional.empty();

    End(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> end = new HashMap<>();
      at.ifPresent(text -> end.put("at", text));
      shell.tell(
          access,
          client -> client.post(PATH + "/" + ControlClient.encode(id) + "/end", end),
          made -> "entitlement " + id + " ends " + Shell.time(made, "until"));
    }
  }

  private static Table table(JsonNode items) {
    Table table =
        new Table("ID", "ORGANIZATION", "PROJECT", "STATE", "MODELS", "CLASS", "FROM", "UNTIL");
    items.forEach(
        item ->
            table.add(
                Shell.text(item, "id"),
                Shell.text(item, "organization"),
                Shell.text(item, "project"),
                Shell.text(item, "state"),
                Shell.words(item.path("models")),
                Shell.text(item, "max_class"),
                Shell.time(item, "from"),
                Shell.time(item, "until")));
    return table;
  }
}
