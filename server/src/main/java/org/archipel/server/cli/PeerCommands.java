package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code peers} and {@code peer}: other sites, and what stands between them and this one. */
final class PeerCommands {
  private static final String PATH = "/api/v1/peers";

  private PeerCommands() {}

  static CommandLine list(Shell shell) {
    return new CommandLine(new Peers(shell));
  }

  static CommandLine one(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Show(shell))
        .addSubcommand(new Disputes(shell))
        .addSubcommand(new Accept(shell))
        .addSubcommand(new Statement(shell));
  }

  private static String path(String site) {
    return PATH + "/" + ControlClient.encode(site);
  }

  @Command(
      name = "peers",
      description = "Lists other sites: state, round trip, room, trust, balance.",
      mixinStandardHelpOptions = true)
  private static final class Peers implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    Peers(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.show(access, client -> client.get(PATH), Peers::table, "no other site is known");
    }

    private static Table table(JsonNode items) {
      Table table =
          new Table(
              "SITE", "STATE", "HEARD", "ROUND TRIP", "ROOM", "MARKS", "TRUSTED UNTIL", "OWED");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "site"),
                  Shell.text(item, "state"),
                  item.path("connected").asBoolean() ? "yes" : Shell.text(item, "trouble"),
                  millis(item.path("round_trip_seconds")),
                  Shell.text(item, "credits"),
                  Shell.words(item.path("marks")),
                  Shell.time(item, "chain_expires_at"),
                  owed(item.path("balances"))));
      return table;
    }

    private static String millis(JsonNode seconds) {
      return seconds.isMissingNode() || seconds.isNull()
          ? "-"
          : "%.1f ms".formatted(seconds.asDouble() * 1000);
    }

    private static String owed(JsonNode balances) {
      StringBuilder owed = new StringBuilder();
      for (JsonNode balance : balances) {
        String currency = Shell.text(balance, "currency");
        if (!currency.isEmpty() && !currency.equals("-")) {
          owed.append(owed.isEmpty() ? "" : ", ")
              .append(Shell.text(balance, "owed"))
              .append(' ')
              .append(currency);
        }
      }
      return owed.isEmpty() ? "-" : owed.toString();
    }
  }

  @Command(
      name = "peer",
      description = "One other site, and what stands between it and this one.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(name = "show", description = "Shows one other site.", mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Parameters(paramLabel = "SITE", description = "Its id.")
    private String site = "";

    @Mixin private final ControlAccess access = new ControlAccess();

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.describe(access, client -> client.get(path(site)));
    }
  }

  @Command(
      name = "disputes",
      description = "Lists requests on which receipts and this site's records do not agree.",
      mixinStandardHelpOptions = true)
  private static final class Disputes implements Runnable {
    private final Shell shell;

    @Parameters(paramLabel = "SITE", description = "Its id.")
    private String site = "";

    @Option(names = "--after", paramLabel = "N", description = "Only higher sequences.")
    private String after = "";

    @Mixin private final ControlAccess access = new ControlAccess();

    Disputes(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String query = ControlClient.query(path(site) + "/disputes", Map.of("after", after));
      shell.show(access, client -> client.get(query), Disputes::table, "nothing is disputed");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("RECEIPT", "REQUEST", "REASON", "OURS", "THEIRS");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "sequence"),
                  Shell.text(item, "request"),
                  Shell.text(item, "reason"),
                  numbers(item.path("own")),
                  numbers(item.path("theirs"))));
      return table;
    }

    private static String numbers(JsonNode side) {
      if (!side.isObject()) {
        return "-";
      }
      return "%s, %d + %d tokens, %s %s"
          .formatted(
              Shell.text(side, "outcome"),
              side.path("prompt_tokens").asLong(),
              side.path("completion_tokens").asLong(),
              Shell.text(side, "price"),
              Shell.text(side, "currency"));
    }
  }

  @Command(
      name = "accept",
      description = "Accepts a disputed receipt as it is: it counts in the next statement.",
      mixinStandardHelpOptions = true)
  private static final class Accept implements Runnable {
    private final Shell shell;

    @Parameters(index = "0", paramLabel = "SITE", description = "Its id.")
    private String site = "";

    @Parameters(index = "1", paramLabel = "RECEIPT", description = "The receipt's sequence.")
    private String sequence = "";

    @Mixin private final ControlAccess access = new ControlAccess();

    Accept(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client ->
              client.post(
                  path(site) + "/disputes/" + ControlClient.encode(sequence) + "/accept", Map.of()),
          _ -> "receipt " + sequence + " of " + site + " is accepted");
    }
  }

  @Command(
      name = "statement",
      description = "Shows a month that both sites have signed, or proposes one.",
      mixinStandardHelpOptions = true)
  private static final class Statement implements Runnable {
    private final Shell shell;

    @Parameters(index = "0", paramLabel = "SITE", description = "Its id.")
    private String site = "";

    @Parameters(index = "1", paramLabel = "MONTH", description = "Such as 2026-11.")
    private String month = "";

    @Option(
        names = "--agree",
        description = "Proposes it, if this site is the one of the two that does.")
    private boolean agree;

    @Mixin private final ControlAccess access = new ControlAccess();

    Statement(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path = path(site) + "/statements/" + ControlClient.encode(month);
      shell.describe(
          access, client -> agree ? client.post(path + "/agree", Map.of()) : client.get(path));
    }
  }
}
