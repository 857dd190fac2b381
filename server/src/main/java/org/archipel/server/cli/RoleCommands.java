package org.archipel.server.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code role}: what persons are. */
final class RoleCommands {
  private RoleCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Grant(shell))
        .addSubcommand(new Revoke(shell));
  }

  @Command(
      name = "role",
      description = "Roles of persons.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(name = "grant", description = "Gives a person a role.", mixinStandardHelpOptions = true)
  private static final class Grant implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "PERSON", description = "The person's id.")
    private String person = "";

    @Parameters(
        index = "1",
        paramLabel = "ROLE",
        description =
            "consortium-admin, site-operator, organization-admin, project-member or auditor.")
    private String role = "";

    @Parameters(
        index = "2",
        paramLabel = "WHERE",
        description = "consortium, site, ORG or ORG/PROJECT.")
    private String where = "";

    Grant(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path = "/api/v1/persons/" + ControlClient.encode(person) + "/roles";
      shell.tell(
          access,
          client -> client.post(path, wish()),
          made ->
              "role %s in %s granted (%s)"
                  .formatted(
                      Shell.text(made, "role"),
                      PersonCommands.where(made),
                      Shell.text(made, "id")));
    }

    private Map<String, String> wish() {
      Map<String, String> wish = new LinkedHashMap<>();
      wish.put("role", role);
      int slash = where.indexOf('/');
      if (where.equals("consortium") || where.equals("site")) {
        wish.put("scope", where);
      } else if (slash < 0) {
        wish.put("scope", "organization");
        wish.put("organization", where);
      } else {
        wish.put("scope", "project");
        wish.put("organization", where.substring(0, slash));
        wish.put("project", where.substring(slash + 1));
      }
      return wish;
    }
  }

  @Command(name = "revoke", description = "Takes a role away.", mixinStandardHelpOptions = true)
  private static final class Revoke implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "GRANT", description = "The grant's id, as person show tells it.")
    private String grant = "";

    Revoke(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.delete("/api/v1/roles/" + ControlClient.encode(grant)),
          ended ->
              "role %s in %s revoked"
                  .formatted(Shell.text(ended, "role"), PersonCommands.where(ended)));
    }
  }
}
