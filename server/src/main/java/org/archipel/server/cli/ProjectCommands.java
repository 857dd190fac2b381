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

/** {@code project}: projects of organizations. */
final class ProjectCommands {
  private ProjectCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Create(shell))
        .addSubcommand(new List(shell))
        .addSubcommand(new Show(shell))
        .addSubcommand(new Change(shell))
        .addSubcommand(new Archive(shell))
        .addSubcommand(new Restore(shell));
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
          client -> client.items(path),
          List::table,
          "no projects: archipel project create ORG NAME makes one");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("ORGANIZATION", "PROJECT", "NAME", "CREATED", "ARCHIVED");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "organization"),
                  Shell.text(item, "name"),
                  Shell.text(item, "display_name"),
                  Shell.time(item, "created_at"),
                  Shell.time(item, "archived_at")));
      return table;
    }
  }

  private static String path(String organization, String project) {
    return "/api/v1/organizations/%s/projects/%s"
        .formatted(ControlClient.encode(organization), ControlClient.encode(project));
  }

  @Command(name = "show", description = "Shows a project.", mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "PROJECT", description = "The project.")
    private String project = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.describe(access, client -> client.get(path(organization, project)));
    }
  }

  @Command(
      name = "change",
      description = "Changes what is known of a project; what is not given stays.",
      mixinStandardHelpOptions = true)
  private static final class Change implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "PROJECT", description = "The project.")
    private String project = "";

    @Option(names = "--display-name", paramLabel = "TEXT", description = "Its full name.")
    private Optional<String> displayName = Optional.empty();

    @Option(names = "--purpose", paramLabel = "TEXT", description = "What it is for.")
    private Optional<String> purpose = Optional.empty();

    Change(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> said = new HashMap<>();
      displayName.ifPresent(text -> said.put("display_name", text));
      purpose.ifPresent(text -> said.put("purpose", text));
      shell.tell(
          access,
          client -> client.patch(path(organization, project), said),
          made -> "project " + project + " of " + organization + " changed");
    }
  }

  @Command(
      name = "archive",
      description = "Closes a project: its keys stop, at once.",
      mixinStandardHelpOptions = true)
  private static final class Archive implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "PROJECT", description = "The project.")
    private String project = "";

    Archive(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.post(path(organization, project) + "/archive", Map.of()),
          made -> "project " + project + " of " + organization + " archived");
    }
  }

  @Command(
      name = "restore",
      description = "Opens an archived project again.",
      mixinStandardHelpOptions = true)
  private static final class Restore implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "PROJECT", description = "The project.")
    private String project = "";

    Restore(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.post(path(organization, project) + "/restore", Map.of()),
          made -> "project " + project + " of " + organization + " restored");
    }
  }
}
