package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code org}: organizations. */
final class OrganizationCommands {
  static final String PATH = "/api/v1/organizations";

  private OrganizationCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Create(shell))
        .addSubcommand(new List(shell))
        .addSubcommand(new OrganizationChanges.Show(shell))
        .addSubcommand(new OrganizationChanges.Change(shell))
        .addSubcommand(new OrganizationChanges.Suspend(shell))
        .addSubcommand(new OrganizationChanges.Resume(shell));
  }

  @Command(
      name = "org",
      description = "Organizations.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "create",
      description = "Creates an organization.",
      mixinStandardHelpOptions = true)
  private static final class Create implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "NAME", description = "Lower-case letters, digits and hyphens.")
    private String name = "";

    @Mixin private final OrganizationOptions options = new OrganizationOptions();

    Create(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> {
            Map<String, Object> wish = options.profile();
            wish.putAll(options.agreement());
            wish.put("name", name);
            return client.post(PATH, wish);
          },
          made -> "organization " + Shell.text(made, "name") + " created");
    }
  }

  @Command(name = "list", description = "Lists organizations.", mixinStandardHelpOptions = true)
  private static final class List implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    List(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.show(
          access,
          client -> client.items(PATH),
          List::table,
          "no organizations: archipel org create NAME makes one");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("ORGANIZATION", "KIND", "STATE", ">SHARE", "NAME", "CREATED");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "name"),
                  Shell.text(item, "kind"),
                  Shell.text(item, "state"),
                  Shell.text(item, "share"),
                  Shell.text(item, "display_name"),
                  Shell.time(item, "created_at")));
      return table;
    }
  }
}
