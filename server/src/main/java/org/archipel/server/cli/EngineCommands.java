package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code engine}: the inference servers behind the models. */
final class EngineCommands {
  private static final String PATH = "/api/v1/engines";

  private EngineCommands() {}

  static CommandLine all(Shell shell) {
    CommandLine all =
        new CommandLine(new Group())
            .addSubcommand(new Add(shell))
            .addSubcommand(new ListAll(shell))
            .addSubcommand(new Change(shell));
    for (Act act : ACTS) {
      CommandLine command = new CommandLine(new OneEngine(shell, act));
      command.getCommandSpec().usageMessage().description(act.about);
      all.addSubcommand(act.word, command);
    }
    all.addSubcommand(new Remove(shell));
    return all;
  }

  private static String one(String id) {
    return PATH + "/" + ControlClient.encode(id);
  }

  @Command(
      name = "engine",
      description = "Engines and their state.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "add",
      description = "Asks an engine what it serves, and adds it to models while the site runs.",
      mixinStandardHelpOptions = true)
  private static final class Add implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();
    @Mixin private final EngineFacts facts = new EngineFacts();

    @Parameters(paramLabel = "URL", description = "Its base URL, as in http://gpu1:8000.")
    private String url = "";

    @CommandLine.Option(
        names = "--id",
        paramLabel = "ID",
        description = "What to call it; its host and port unless given.")
    private String id = "";

    Add(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = facts.fields();
      if (!wish.containsKey("models")) {
        throw Failure.usage("--model: missing (expected: the model that the engine serves)");
      }
      wish.put("url", url);
      if (!id.isEmpty()) {
        wish.put("id", id);
      }
      shell.tell(
          access, client -> client.post(PATH, wish), made -> Shell.text(made, "id") + " added");
    }
  }

  @Command(name = "list", description = "Lists engines.", mixinStandardHelpOptions = true)
  private static final class ListAll implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    ListAll(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.show(access, client -> client.get(PATH), ListAll::table, "no engines are known yet");
    }

    private static Table table(JsonNode items) {
      Table table =
          new Table(
              "ENGINE",
              "MODEL",
              "TYPE",
              "VERSION",
              "STATE",
              "SINCE",
              ">RUNNING",
              ">MAX",
              "FROM",
              "PROBLEM");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "id"),
                  Shell.text(item, "model"),
                  Shell.text(item, "type"),
                  Shell.text(item.path("capabilities"), "version"),
                  Shell.text(item, "state"),
                  Shell.time(item, "since"),
                  Shell.text(item, "running"),
                  Shell.text(item, "max_concurrency"),
                  Shell.text(item, "origin"),
                  Shell.text(item, "problem")));
      return table;
    }
  }

  @Command(
      name = "change",
      description = "Changes what is given of an engine; the rest stays.",
      mixinStandardHelpOptions = true)
  private static final class Change implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();
    @Mixin private final EngineFacts facts = new EngineFacts();

    @Parameters(paramLabel = "ENGINE", description = "Its id.")
    private String id = "";

    @CommandLine.Option(names = "--url", paramLabel = "URL", description = "Its new base URL.")
    private String url = "";

    Change(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = facts.fields();
      if (!url.isEmpty()) {
        wish.put("url", url);
      }
      if (wish.isEmpty()) {
        throw Failure.usage("nothing to change (expected: an option that says what)");
      }
      shell.tell(
          access,
          client -> client.patch(one(id), wish),
          made -> Shell.text(made, "id") + " changed");
    }
  }

  /** What is done to one engine, or asked about it, by its id alone. */
  private record Act(
      String word,
      String about,
      Function<String, Function<ControlClient, JsonNode>> ask,
      Function<JsonNode, String> tell) {}

  private static final List<Act> ACTS =
      List.of(
          new Act(
              "show",
              "Shows an engine, for each of its models.",
              path -> client -> client.get(path),
              EngineCommands::described),
          new Act(
              "drain",
              "Sends an engine no new requests; those that run there end.",
              path -> client -> client.post(path + "/drain", Map.of()),
              answer ->
                  "%s gets no new requests; %d run there still (archipel engine show %1$s)"
                      .formatted(Shell.text(answer, "id"), running(answer))),
          new Act(
              "resume",
              "Sends an engine requests again.",
              path -> client -> client.post(path + "/resume", Map.of()),
              answer -> Shell.text(answer, "id") + " gets requests again"));

  @Command(
      name = "remove",
      description = "Removes an engine that was added at run time; requests that run there end.",
      mixinStandardHelpOptions = true)
  private static final class Remove implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ENGINE", description = "Its id.")
    private String id = "";

    @CommandLine.Option(
        names = "--now",
        description = {
          "Take it away from the requests that it has: those without an answer yet",
          "go on elsewhere, the others end with an error."
        })
    private boolean now;

    Remove(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access, client -> client.delete(one(id) + (now ? "?now=true" : "")), Remove::words);
    }

    private static String words(JsonNode answer) {
      return answer.hasNonNull("cut")
          ? "%s removed; it was taken away from %d requests"
              .formatted(Shell.text(answer, "id"), answer.path("cut").asInt())
          : "%s removed; %d requests that run there end by themselves"
              .formatted(Shell.text(answer, "id"), answer.path("running").asInt());
    }
  }

  private static int running(JsonNode answer) {
    int running = 0;
    for (JsonNode served : answer.path("models")) {
      running += served.path("running").asInt();
    }
    return running;
  }

  private static String described(JsonNode answer) {
    List<String> parts = new ArrayList<>();
    answer.path("models").forEach(served -> parts.add(Fields.lines(served)));
    return String.join("\n\n", parts);
  }

  @Command(mixinStandardHelpOptions = true)
  private static final class OneEngine implements Runnable {
    private final Shell shell;
    private final Act act;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ENGINE", description = "Its id.")
    private String id = "";

    OneEngine(Shell shell, Act act) {
      this.shell = shell;
      this.act = act;
    }

    @Override
    public void run() {
      shell.tell(access, act.ask.apply(one(id)), act.tell);
    }
  }
}
