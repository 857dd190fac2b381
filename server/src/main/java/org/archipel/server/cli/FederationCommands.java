package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code federation}: how this site takes part, and whom it trusts. */
final class FederationCommands {
  private static final String PATH = "/api/v1/federation";

  private FederationCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Show(shell))
        .addSubcommand(new Partners(shell))
        .addSubcommand(new RotateKey(shell));
  }

  @Command(
      name = "federation",
      description = "How this site takes part in the federation, and whom it trusts.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "show",
      description = "Shows this site's entity, keys and marks.",
      mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.describe(access, client -> client.get(PATH));
    }
  }

  @Command(
      name = "partners",
      description = "Lists other sites, and whether they are trusted.",
      mixinStandardHelpOptions = true)
  private static final class Partners implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    Partners(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.show(
          access,
          client -> client.get(PATH + "/partners"),
          Partners::table,
          "no other site is known");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("SITE", "ORGANIZATION", "STATE", "LABELS", "UNTIL", "ENTITY");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "site_id"),
                  Shell.text(item, "organization"),
                  Shell.text(item, "state"),
                  Shell.words(item.path("labels")),
                  Shell.time(item, "chain_expires_at"),
                  Shell.text(item, "entity_id")));
      return table;
    }
  }

  @Command(
      name = "rotate-key",
      description =
          "Announces a new key: it signs when the anchor has confirmed it and others know it, after"
              + " half a minute or more; the former stays published until all it signed expired.",
      mixinStandardHelpOptions = true)
  private static final class RotateKey implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    RotateKey(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.post(PATH + "/keys/rotate", Map.of()),
          _ -> "a new key is announced (archipel federation show tells when it signs)");
    }
  }
}
