package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model}: what the site serves. */
final class ModelCommands {
  private static final String PATH = "/api/v1/models";

  private ModelCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Add(shell))
        .addSubcommand(new ListAll(shell))
        .addSubcommand(new Show(shell))
        .addSubcommand(new Change(shell))
        .addSubcommand(new Remove(shell));
  }

  private static String one(String id) {
    return PATH + "/" + ControlClient.encode(id);
  }

  @Command(
      name = "model",
      description = "Models that the site serves.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  /** What can be said of a model. */
  private static final class Facts {
    @Option(
        names = "--alias",
        paramLabel = "NAME",
        description = "Another name for it; may be repeated.")
    private List<String> aliases = new ArrayList<>();

    @Option(
        names = "--kind",
        paramLabel = "KIND",
        description = "chat (default), embedding, rerank, transcription or speech.")
    private String kind = "";

    @Option(
        names = "--context-window",
        paramLabel = "TOKENS",
        description = "Of prompt and answer together; 0: as the engines say (default).")
    private Optional<Integer> window = Optional.empty();

    Map<String, Object> fields() {
      Map<String, Object> fields = new HashMap<>();
      if (!aliases.isEmpty()) {
        fields.put("aliases", aliases.stream().filter(alias -> !alias.isEmpty()).toList());
      }
      if (!kind.isEmpty()) {
        fields.put("kind", kind);
      }
      window.ifPresent(tokens -> fields.put("context_window", tokens));
      return fields;
    }
  }

  @Command(
      name = "add",
      description = "Adds a model while the site runs. Engines are added to it then.",
      mixinStandardHelpOptions = true)
  private static final class Add implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();
    @Mixin private final Facts facts = new Facts();

    @Parameters(paramLabel = "MODEL", description = "What callers name in \"model\".")
    private String id = "";

    Add(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = facts.fields();
      wish.put("id", id);
      if (Integer.valueOf(0).equals(wish.get("context_window"))) {
        wish.remove("context_window");
      }
      shell.tell(
          access,
          client -> client.post(PATH, wish),
          made ->
              "model %s added: archipel engine add URL --model %s gives it an engine"
                  .formatted(Shell.text(made, "id"), Shell.text(made, "id")));
    }
  }

  @Command(name = "list", description = "Lists models.", mixinStandardHelpOptions = true)
  private static final class ListAll implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    ListAll(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.show(access, client -> client.get(PATH), ListAll::table, "no models are known yet");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("MODEL", "KIND", ">CONTEXT", ">ENGINES", ">UP", "FROM", "OFF");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "id"),
                  Shell.text(item, "kind"),
                  Shell.text(item, "context_window"),
                  Shell.text(item, "engines"),
                  Shell.text(item, "engines_up"),
                  Shell.text(item, "origin"),
                  Shell.text(item, "off")));
      return table;
    }
  }

  @Command(name = "show", description = "Shows a model.", mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "MODEL", description = "Its id.")
    private String id = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(access, client -> client.get(one(id)), Fields::lines);
    }
  }

  @Command(
      name = "change",
      description = "Changes what is given of a model; the rest stays. --alias '' removes all.",
      mixinStandardHelpOptions = true)
  private static final class Change implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();
    @Mixin private final Facts facts = new Facts();

    @Parameters(paramLabel = "MODEL", description = "Its id.")
    private String id = "";

    Change(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = facts.fields();
      if (wish.isEmpty()) {
        throw Failure.usage("nothing to change (expected: --alias, --kind or --context-window)");
      }
      shell.tell(
          access,
          client -> client.patch(one(id), wish),
          made -> "model %s changed".formatted(Shell.text(made, "id")));
    }
  }

  @Command(
      name = "remove",
      description = "Removes a model that was added at run time. Requests that run still end.",
      mixinStandardHelpOptions = true)
  private static final class Remove implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "MODEL", description = "Its id.")
    private String id = "";

    Remove(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.delete(one(id)),
          _ -> "model " + Table.printable(id) + " removed");
    }
  }
}
