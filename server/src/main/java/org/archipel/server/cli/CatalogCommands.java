package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code engine list} and {@code model list}: what the site serves, and how it is. */
final class CatalogCommands {
  private CatalogCommands() {}

  static CommandLine engines(Shell shell) {
    return new CommandLine(new EngineGroup()).addSubcommand(new EngineList(shell));
  }

  static CommandLine models(Shell shell) {
    return new CommandLine(new ModelGroup()).addSubcommand(new ModelList(shell));
  }

  @Command(
      name = "engine",
      description = "Engines and their state.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class EngineGroup {}

  @Command(
      name = "model",
      description = "Models that the site serves.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class ModelGroup {}

  @Command(name = "list", description = "Lists engines.", mixinStandardHelpOptions = true)
  private static final class EngineList implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    EngineList(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.show(
          access,
          client -> client.get("/api/v1/engines"),
          EngineList::table,
          "no engines are known yet");
    }

    private static Table table(JsonNode items) {
      Table table =
          new Table("ENGINE", "MODEL", "TYPE", "VERSION", "STATE", "SINCE", ">MAX", "PROBLEM");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "id"),
                  Shell.text(item, "model"),
                  Shell.text(item, "type"),
                  Shell.text(item.path("capabilities"), "version"),
                  Shell.text(item, "state"),
                  Shell.time(item, "since"),
                  Shell.text(item, "max_concurrency"),
                  Shell.text(item, "problem")));
      return table;
    }
  }

  @Command(name = "list", description = "Lists models.", mixinStandardHelpOptions = true)
  private static final class ModelList implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    ModelList(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.show(
          access,
          client -> client.get("/api/v1/models"),
          ModelList::table,
          "no models are known yet");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("MODEL", "KIND", ">CONTEXT", ">ENGINES", ">UP");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "id"),
                  Shell.text(item, "kind"),
                  Shell.text(item, "context_window"),
                  Shell.text(item, "engines"),
                  Shell.text(item, "engines_up")));
      return table;
    }
  }
}
