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

/** {@code request}: requests for access, and the votes on them. */
final class RequestCommands {
  private static final String PATH = "/api/v1/access-requests";

  private RequestCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Submit(shell))
        .addSubcommand(new List(shell))
        .addSubcommand(new Show(shell))
        .addSubcommand(new Approve(shell))
        .addSubcommand(new Refuse(shell))
        .addSubcommand(new Withdraw(shell));
  }

  @Command(
      name = "request",
      description = "Requests for access, and the votes on them.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "submit",
      description = "Asks the consortium for access.",
      mixinStandardHelpOptions = true)
  private static final class Submit implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Option(names = "--project", paramLabel = "PROJECT", description = "Only for this project.")
    private Optional<String> project = Optional.empty();

    @Mixin private final TermsOptions terms = new TermsOptions();

    @Option(names = "--purpose", paramLabel = "TEXT", required = true, description = "What for.")
    private String purpose = "";

    Submit(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = new HashMap<>();
      wish.put("organization", organization);
      wish.put("terms", terms.terms());
      wish.put("purpose", purpose);
      project.ifPresent(name -> wish.put("project", name));
      shell.tell(
          access,
          client -> {
            String id = client.post(PATH, wish).path("id").asText();
            return client.post(PATH + "/" + ControlClient.encode(id) + "/submit", Map.of());
          },
          made ->
              "request %s submitted: it needs %s approvals"
                  .formatted(Shell.text(made, "id"), Shell.text(made, "approvals_needed")));
    }
  }

  @Command(name = "list", description = "Lists requests.", mixinStandardHelpOptions = true)
  private static final class List implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ORG", arity = "0..1", description = "Only of this organization.")
    private String organization = "";

    @Option(
        names = "--state",
        paramLabel = "STATE",
        description = "Only those that are draft, submitted, approved, refused, …")
    private String state = "";

    List(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path = ControlClient.query(PATH, Map.of("organization", organization, "state", state));
      shell.show(access, client -> client.items(path), RequestCommands::table, "no requests");
    }
  }

  @Command(
      name = "show",
      description = "Shows a request with its votes.",
      mixinStandardHelpOptions = true)
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

  @Command(name = "approve", description = "Votes for a request.", mixinStandardHelpOptions = true)
  private static final class Approve implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "Its id, as list shows it.")
    private String id = "";

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "For who asked.")
    private String reason = "";

    Approve(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path = PATH + "/" + ControlClient.encode(id) + "/approve";
      shell.tell(
          access,
          client -> client.post(path, Map.of("reason", reason)),
          made -> "request " + id + " is " + Shell.text(made, "state"));
    }
  }

  @Command(
      name = "refuse",
      description = "Votes against a request.",
      mixinStandardHelpOptions = true)
  private static final class Refuse implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "Its id, as list shows it.")
    private String id = "";

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        required = true,
        description = "For who asked.")
    private String reason = "";

    Refuse(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path = PATH + "/" + ControlClient.encode(id) + "/refuse";
      shell.tell(
          access,
          client -> client.post(path, Map.of("reason", reason)),
          made -> "request " + id + " is " + Shell.text(made, "state"));
    }
  }

  @Command(
      name = "withdraw",
      description = "Ends a request that is not decided.",
      mixinStandardHelpOptions = true)
  private static final class Withdraw implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "Its id, as list shows it.")
    private String id = "";

    Withdraw(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path = PATH + "/" + ControlClient.encode(id) + "/withdraw";
      shell.tell(
          access, client -> client.post(path, Map.of()), made -> "request " + id + " withdrawn");
    }
  }

  private static Table table(JsonNode items) {
    Table table =
        new Table("ID", "ORGANIZATION", "PROJECT", "STATE", "MODELS", "UNTIL", ">VOTES", ">NEEDED");
    items.forEach(
        item ->
            table.add(
                Shell.text(item, "id"),
                Shell.text(item, "organization"),
                Shell.text(item, "project"),
                Shell.text(item, "state"),
                Shell.words(item.path("models")),
                Shell.time(item, "until"),
                String.valueOf(item.path("votes").size()),
                Shell.text(item, "approvals_needed")));
    return table;
  }
}
