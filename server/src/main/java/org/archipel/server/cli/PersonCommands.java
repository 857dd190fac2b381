package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code person}: who has signed in. */
final class PersonCommands {
  private static final String PATH = "/api/v1/persons";

  private PersonCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new List(shell))
        .addSubcommand(new Show(shell))
        .addSubcommand(new PersonDataCommands.Export(shell))
        .addSubcommand(new PersonDataCommands.Erase(shell))
        .addSubcommand(new Suspend(shell))
        .addSubcommand(new Resume(shell));
  }

  @Command(
      name = "person",
      description = "Persons who signed in, and their roles.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(name = "list", description = "Lists persons.", mixinStandardHelpOptions = true)
  private static final class List implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Option(
        names = "--org",
        paramLabel = "ORG",
        description = "Only those with a role in this organization.")
    private String organization = "";

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "How many at most, 1 to 1000 (default ${DEFAULT-VALUE}).")
    private int limit = 1000;

    @Option(
        names = "--after",
        paramLabel = "NEXT",
        description = "Begin after the part whose --json says this as next.")
    private String after = "";

    List(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path =
          ControlClient.query(
              PATH, Map.of("organization", organization, "limit", "" + limit, "after", after));
      shell.show(access, client -> client.get(path), List::table, "nobody has signed in yet");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("PERSON", "NAME", "ROLES", "LAST SEEN");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "id"),
                  Shell.text(item, "display_name"),
                  roles(item.path("roles")),
                  Shell.time(item, "last_seen_at")));
      return table;
    }
  }

  @Command(name = "show", description = "Shows a person.", mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "PERSON", description = "The person's id.")
    private String person = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access, client -> client.get(PATH + "/" + ControlClient.encode(person)), Show::words);
    }

    private static String words(JsonNode found) {
      Table table = new Table("GRANT", "ROLE", "IN", "FROM");
      for (JsonNode role : found.path("roles")) {
        table.add(
            Shell.text(role, "id"),
            Shell.text(role, "role"),
            where(role),
            Shell.text(role, "origin"));
      }
      java.util.List<String> lines = new ArrayList<>();
      lines.add("person     " + Shell.text(found, "id"));
      lines.add("name       " + Shell.text(found, "display_name"));
      lines.add("e-mail     " + Shell.text(found, "email"));
      lines.add("issuer     " + Shell.text(found, "issuer"));
      lines.add("pseudonym  " + Shell.text(found, "pseudonym"));
      lines.add("suspended  " + (found.path("suspended").asBoolean() ? "yes" : "no"));
      lines.addAll(table.isEmpty() ? java.util.List.of("no roles") : table.lines(""));
      return String.join(System.lineSeparator(), lines);
    }
  }

  @Command(
      name = "suspend",
      description = "Stops a person within a second: sessions, tokens, and as a key's user.",
      mixinStandardHelpOptions = true)
  private static final class Suspend implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Mixin private final Whom whom = new Whom();

    Suspend(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      whom.change(shell, access, "suspend", "suspended");
    }
  }

  @Command(
      name = "resume",
      description = "Lets a suspended person go on.",
      mixinStandardHelpOptions = true)
  private static final class Resume implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Mixin private final Whom whom = new Whom();

    Resume(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      whom.change(shell, access, "resume", "goes on");
    }
  }

  /** Which person. */
  private static final class Whom {
    @Parameters(
        paramLabel = "PERSON",
        description = "The person's id, or a pseudonym that usage names.")
    private String person = "";

    void change(Shell shell, ControlAccess access, String verb, String done) {
      String path = PATH + "/" + ControlClient.encode(person) + "/" + verb;
      shell.tell(
          access,
          client -> client.post(path, Map.of()),
          changed -> "person " + Shell.text(changed, "pseudonym") + " " + done);
    }
  }

  private static String roles(JsonNode roles) {
    java.util.List<String> texts = new ArrayList<>();
    roles.forEach(role -> texts.add(Shell.text(role, "role") + " in " + where(role)));
    return texts.isEmpty() ? "-" : String.join(", ", texts);
  }

  /** Where a role is held: consortium, site, an organization, or organization/project. */
  static String where(JsonNode role) {
    return switch (role.path("scope").asText()) {
      case "organization" -> Shell.text(role, "organization");
      case "project" -> Shell.text(role, "organization") + "/" + Shell.text(role, "project");
      default -> Shell.text(role, "scope");
    };
  }
}
