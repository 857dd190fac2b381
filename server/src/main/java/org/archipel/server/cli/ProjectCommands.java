package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code project}: projects of organizations. */
final class ProjectCommands {
  private ProjectCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Create(shell))
        .addSubcommand(new List(shell));
  }

  @Command(
      name = "project",
      description = "Projects of organizations.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(name = "create", description = "Creates a project.", mixinStandardHelpOptions = true)
  private static final class Create implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "The project's name.")
    private String name = "";

    Create(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path = "/api/v1/organizations/" + ControlClient.encode(organization) + "/projects";
      shell.tell(
          access,
          client -> client.post(path, Map.of("name", name)),
          made ->
              "project %s of %s created"
                  .formatted(Shell.text(made, "name"), Shell.text(made, "organization")));
    }
  }

  @Command(name = "list", description = "Lists projects.", mixinStandardHelpOptions = true)
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
      String path = ControlClient.query("/api/v1/projects", Map.of("organization", organization));
      shell.show(
          access,
          client -> client.get(path),
          List::table,
          "no projects: archipel project create ORG NAME makes one");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("ORGANIZATION", "PROJECT", "CREATED");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "organization"),
                  Shell.text(item, "name"),
                  Shell.time(item, "created_at")));
      return table;
    }
  }
}
