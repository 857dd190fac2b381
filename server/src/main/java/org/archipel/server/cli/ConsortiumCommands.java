package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code consortium}: its members and their marks, on the site that is its anchor. */
final class ConsortiumCommands {
  private static final String PATH = "/api/v1/consortium";
  private static final String MEMBERS = PATH + "/members";

  private ConsortiumCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Init(shell))
        .addSubcommand(new Show(shell))
        .addSubcommand(new Members(shell))
        .addSubcommand(new Admit(shell))
        .addSubcommand(new Suspend(shell))
        .addSubcommand(new Resume(shell))
        .addSubcommand(new Mark(shell))
        .addSubcommand(new Revoke(shell));
  }

  private static String path(String site) {
    return MEMBERS + "/" + ControlClient.encode(site);
  }

  @Command(
      name = "consortium",
      description = "The consortium whose anchor this site is: members and their marks.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "init",
      description = "Founds a consortium with this site as its anchor and first member.",
      mixinStandardHelpOptions = true)
  private static final class Init implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Option(names = "--beneficiary", description = "This site brings no engines.")
    private boolean beneficiary;

    Init(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.post(PATH, Map.of("kind", kind(beneficiary))),
          made ->
              "the consortium is founded; its anchor is "
                  + Shell.text(made, "anchor")
                  + " (archipel federation show has the keys that others pin)");
    }
  }

  private static String kind(boolean beneficiary) {
    return beneficiary ? "beneficiary" : "contributor";
  }

  @Command(
      name = "show",
      description = "Shows the consortium, or one member.",
      mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "SITE", arity = "0..1", description = "The member's site id.")
    private String site = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.describe(access, client -> client.get(site.isEmpty() ? PATH : path(site)));
    }
  }

  @Command(name = "members", description = "Lists the members.", mixinStandardHelpOptions = true)
  private static final class Members implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    Members(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.show(access, client -> client.get(MEMBERS), Members::table, "there are no members");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("SITE", "ORGANIZATION", "STATE", "MARKS", "ENTITY");
      for (JsonNode item : items) {
        StringBuilder marks = new StringBuilder();
        for (JsonNode mark : item.path("marks")) {
          String type = Shell.text(mark, "type");
          int start = type.indexOf("/tm/");
          marks.append(marks.isEmpty() ? "" : ", ").append(type.substring(Math.max(0, start + 4)));
        }
        table.add(
            Shell.text(item, "site_id"),
            Shell.text(item, "organization"),
            item.hasNonNull("suspended_at") ? "suspended" : "member",
            marks.isEmpty() ? "-" : marks.toString(),
            Shell.text(item, "entity_id"));
      }
      return table;
    }
  }

  @Command(
      name = "admit",
      description =
          "Admits a site with the keys that it shows at its address; again, to take the new keys of"
              + " one that has lost its former ones.",
      mixinStandardHelpOptions = true)
  private static final class Admit implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ENTITY", description = "The URL of its public base.")
    private String entity = "";

    @Option(names = "--site", paramLabel = "ID", required = true, description = "Its site id.")
    private String site = "";

    @Option(names = "--org", paramLabel = "ORG", required = true, description = "Whose it is.")
    private String organization = "";

    @Option(names = "--name", paramLabel = "TEXT", description = "For people.")
    private String name = "";

    @Option(names = "--beneficiary", description = "It brings no engines.")
    private boolean beneficiary;

    @Option(
        names = "--thumbprint",
        paramLabel = "KID",
        description = "Of its key, told by its people (archipel federation show): take no other.")
    private String thumbprint = "";

    Admit(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = new HashMap<>();
      wish.put("entity_id", entity);
      wish.put("site_id", site);
      wish.put("organization", organization);
      wish.put("kind", kind(beneficiary));
      if (!name.isEmpty()) {
        wish.put("name", name);
      }
      if (!thumbprint.isEmpty()) {
        wish.put("thumbprint", thumbprint);
      }
      shell.tell(
          access,
          client -> client.post(MEMBERS, wish),
          made -> site + " is admitted with the keys " + Shell.words(made.path("keys")));
    }
  }

  /** A change of one member. */
  private abstract static class Change implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "SITE", description = "The member's site id.")
    private String site = "";

    Change(Shell shell) {
      this.shell = shell;
    }

    final void tell(Function<ControlClient, JsonNode> change, String done) {
      shell.tell(access, change, _ -> site + " " + done);
    }

    final String path() {
      return ConsortiumCommands.path(site);
    }
  }

  @Command(
      name = "suspend",
      description = "Puts a member out at every connected site within seconds, until resume.",
      mixinStandardHelpOptions = true)
  private static final class Suspend extends Change {
    @Option(names = "--why", paramLabel = "TEXT", required = true, description = "For people.")
    private String why = "";

    Suspend(Shell shell) {
      super(shell);
    }

    @Override
    public void run() {
      tell(client -> client.post(path() + "/suspend", Map.of("why", why)), "is suspended");
    }
  }

  @Command(
      name = "resume",
      description = "Lets a suspended member in again.",
      mixinStandardHelpOptions = true)
  private static final class Resume extends Change {
    Resume(Shell shell) {
      super(shell);
    }

    @Override
    public void run() {
      tell(client -> client.post(path() + "/resume", Map.of()), "is in again");
    }
  }

  @Command(
      name = "mark",
      description = "Grants a member a trust mark.",
      mixinStandardHelpOptions = true)
  private static final class Mark extends Change {
    @Parameters(
        index = "1",
        paramLabel = "MARK",
        description = "member, contributor, beneficiary or label:NAME.")
    private String mark = "";

    @Option(
        names = "--days",
        paramLabel = "N",
        description = "After how many days it has to be granted anew.")
    private int days;

    Mark(Shell shell) {
      super(shell);
    }

    @Override
    public void run() {
      Map<String, Object> wish =
          days == 0 ? Map.of("mark", mark) : Map.of("mark", mark, "days", days);
      tell(client -> client.post(path() + "/marks", wish), "has the mark " + mark);
    }
  }

  @Command(
      name = "revoke",
      description = "Takes a trust mark back, at every connected site within seconds.",
      mixinStandardHelpOptions = true)
  private static final class Revoke extends Change {
    @Parameters(
        index = "1",
        paramLabel = "MARK",
        description = "member, contributor, beneficiary or label:NAME.")
    private String mark = "";

    Revoke(Shell shell) {
      super(shell);
    }

    @Override
    public void run() {
      tell(
          client -> client.delete(path() + "/marks/" + ControlClient.encode(mark)),
          "has lost the mark " + mark);
    }
  }
}
