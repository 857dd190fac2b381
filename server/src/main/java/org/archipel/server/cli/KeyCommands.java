package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code key}: API keys of projects. */
final class KeyCommands {
  static final String PATH = "/api/v1/keys";

  private KeyCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Create(shell))
        .addSubcommand(new List(shell))
        .addSubcommand(new KeyChanges.Show(shell))
        .addSubcommand(new KeyChanges.Change(shell))
        .addSubcommand(new KeyChanges.Rotate(shell))
        .addSubcommand(new KeyUserSecret.Set(shell))
        .addSubcommand(new KeyUserSecret.Remove(shell))
        .addSubcommand(new Revoke(shell));
  }

  @Command(
      name = "key",
      description = "API keys of projects.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  static void warn(Shell shell, ControlAccess access) {
    if (!access.json()) {
      shell.output().err().println("Keep it now: it is not shown again.");
      shell.output().err().flush();
    }
  }

  @Command(
      name = "create",
      description = "Creates a key and prints it, this once.",
      mixinStandardHelpOptions = true)
  private static final class Create implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "PROJECT", description = "The project.")
    private String project = "";

    @Mixin private final KeyOptions options = new KeyOptions();

    Create(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = options.said();
      wish.put("organization", organization);
      wish.put("project", project);
      // The key alone on standard output: KEY=$(archipel key create …) works.
      shell.tell(access, client -> client.post(PATH, wish), made -> Shell.text(made, "secret"));
      warn(shell, access);
    }
  }

  @Command(
      name = "list",
      description = "Lists keys, without their secrets.",
      mixinStandardHelpOptions = true)
  private static final class List implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(
        index = "0",
        paramLabel = "ORG",
        arity = "0..1",
        description = "Only of this organization.")
    private String organization = "";

    @Parameters(
        index = "1",
        paramLabel = "PROJECT",
        arity = "0..1",
        description = "Only of this project.")
    private String project = "";

    List(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path =
          ControlClient.query(PATH, Map.of("organization", organization, "project", project));
      shell.show(
          access,
          client -> client.items(path),
          List::table,
          "no keys: archipel key create ORG PROJECT makes one");
    }

    private static Table table(JsonNode items) {
      Table table =
          new Table(
              "ID",
              "ORGANIZATION",
              "PROJECT",
              "NAME",
              "STATE",
              "CLASS",
              "ROUTING",
              "QUEUE",
              "CREATED",
              "EXPIRES",
              "USED");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "id"),
                  Shell.text(item, "organization"),
                  Shell.text(item, "project"),
                  Shell.text(item, "name"),
                  Shell.text(item, "state"),
                  limited(item, "class", "max_class"),
                  limited(item, "routing", "max_routing"),
                  Shell.text(item, "queue"),
                  Shell.time(item, "created_at"),
                  Shell.time(item, "expires_at"),
                  Shell.time(item, "last_used_at")));
      return table;
    }

    /** What counts when a request says nothing, and the limit behind it where that is another. */
    private static String limited(JsonNode item, String field, String limit) {
      String usual = Shell.text(item, field);
      String most = Shell.text(item, limit);
      return usual.equals(most) ? usual : usual + " <= " + most;
    }
  }

  @Command(
      name = "revoke",
      description = "Revokes a key: it stops within a second.",
      mixinStandardHelpOptions = true)
  private static final class Revoke implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "The key's id, as key list shows it.")
    private String id = "";

    Revoke(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.delete(PATH + "/" + ControlClient.encode(id)),
          revoked -> "key " + Shell.text(revoked, "id") + " revoked");
    }
  }
}
