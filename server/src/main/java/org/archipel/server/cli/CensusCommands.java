package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code census}: the capacity that organizations have and want. */
final class CensusCommands {
  private static final String PATH = "/api/v1/census";
  private static final int MICRO_DIGITS = 6;

  private CensusCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Show(shell))
        .addSubcommand(new Declare(shell))
        .addSubcommand(new Want(shell))
        .addSubcommand(new Remove(shell))
        .addSubcommand(new Export(shell));
  }

  private static String pathOf(String organization) {
    return "/api/v1/organizations/" + ControlClient.encode(organization) + "/census";
  }

  private static String said(JsonNode made) {
    return "%s: %s %s %s (%s)"
        .formatted(
            Shell.text(made, "organization"),
            Shell.text(made, "kind"),
            Shell.text(made, "count"),
            Shell.text(made, "device"),
            Shell.text(made, "id"));
  }

  @Command(
      name = "census",
      description = "The capacity that organizations have and want.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "show",
      description = "Shows what organizations say that they have and want.",
      mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ORG", arity = "0..1", description = "Only of this organization.")
    private String organization = "";

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "How many entries at most, 1 to 1000; 1000 unless given.")
    private int limit = 1000;

    @Option(
        names = "--after",
        paramLabel = "CURSOR",
        description = "Goes on where an answer with --json said \"next\".")
    private String after = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path =
          ControlClient.query(
              PATH,
              Map.of("organization", organization, "limit", String.valueOf(limit), "after", after));
      shell.show(
          access,
          client -> client.get(path),
          Show::table,
          "nothing was said: archipel census declare ORG DEVICE COUNT says it");
    }

    private static Table table(JsonNode items) {
      Table table =
          new Table(
              "ORGANIZATION",
              "KIND",
              "DEVICE",
              ">COUNT",
              "UNTIL",
              ">PRIORITY",
              ">COST",
              "PURPOSE",
              "ID");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "organization"),
                  Shell.text(item, "kind"),
                  Shell.text(item, "device"),
                  Shell.text(item, "count"),
                  Shell.text(item, "horizon"),
                  Shell.text(item, "priority"),
                  cost(item),
                  Shell.text(item, "purpose"),
                  Shell.text(item, "id")));
      return table;
    }

    private static String cost(JsonNode item) {
      if (!item.has("micro_cost")) {
        return "-";
      }
      BigDecimal cost = BigDecimal.valueOf(item.path("micro_cost").asLong(), MICRO_DIGITS);
      return cost.stripTrailingZeros().toPlainString() + " " + Shell.text(item, "currency");
    }
  }

  @Command(
      name = "declare",
      description =
          "Says how many of a device an organization has, instead of what it said before.",
      mixinStandardHelpOptions = true)
  private static final class Declare implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "DEVICE", description = "The device, as in l40s.")
    private String device = "";

    @Parameters(index = "2", paramLabel = "COUNT", description = "How many.")
    private int count;

    @Option(names = "--purpose", paramLabel = "TEXT", description = "What they are used for.")
    private String purpose = "";

    Declare(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> entry = new HashMap<>();
      entry.put("kind", "declared");
      entry.put("device", device);
      entry.put("count", count);
      if (!purpose.isEmpty()) {
        entry.put("purpose", purpose);
      }
      shell.tell(access, client -> client.post(pathOf(organization), entry), CensusCommands::said);
    }
  }

  @Command(
      name = "want",
      description = "Says what an organization wants, and what for.",
      mixinStandardHelpOptions = true)
  private static final class Want implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "DEVICE", description = "The device, as in h100-sxm.")
    private String device = "";

    @Parameters(index = "2", paramLabel = "COUNT", description = "How many.")
    private int count;

    @Option(
        names = "--purpose",
        paramLabel = "TEXT",
        required = true,
        description = "What they are wanted for.")
    private String purpose = "";

    @Option(names = "--by", paramLabel = "DATE", description = "Until when, as in 2027-09-01.")
    private String horizon = "";

    @Option(names = "--priority", paramLabel = "N", description = "1 (first) to 5.")
    private Optional<Integer> priority = Optional.empty();

    @Option(
        names = "--cost",
        paramLabel = "AMOUNT",
        description = "What all of it together may cost, as in 240000 or 1999.90.")
    private Optional<BigDecimal> cost = Optional.empty();

    @Option(
        names = "--currency",
        paramLabel = "WORD",
        description = "Of the cost; EUR if not given.")
    private String currency = "EUR";

    Want(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> entry = new HashMap<>();
      entry.put("kind", "wanted");
      entry.put("device", device);
      entry.put("count", count);
      entry.put("purpose", purpose);
      if (!horizon.isEmpty()) {
        entry.put("horizon", horizon);
      }
      priority.ifPresent(n -> entry.put("priority", n));
      cost.ifPresent(
          amount -> {
            entry.put("micro_cost", micro(amount));
            entry.put("currency", currency);
          });
      shell.tell(access, client -> client.post(pathOf(organization), entry), CensusCommands::said);
    }

    private static long micro(BigDecimal amount) {
      try {
        return amount.movePointRight(MICRO_DIGITS).longValueExact();
      } catch (ArithmeticException e) {
        throw Failure.usage("--cost: too exact or too large (expected: as in 1999.90)");
      }
    }
  }

  @Command(name = "remove", description = "Removes what was said.", mixinStandardHelpOptions = true)
  private static final class Remove implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "The entry's id, as census show tells it.")
    private String id = "";

    Remove(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.delete(PATH + "/" + ControlClient.encode(id)),
          _ -> "entry " + Table.printable(id) + " removed");
    }
  }

  @Command(
      name = "export",
      description = "Compares what is declared, measured and wanted, for a funding request.",
      mixinStandardHelpOptions = true)
  private static final class Export implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description = "markdown (default), csv or json.")
    private String format = "markdown";

    @Option(
        names = "--days",
        paramLabel = "N",
        description = "Over how many days load is summed up; 7 unless given.")
    private Optional<Integer> days = Optional.empty();

    @Parameters(paramLabel = "ORG", arity = "0..1", description = "Only of this organization.")
    private String organization = "";

    Export(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String path =
          ControlClient.query(
              "/api/v1/census-comparison",
              Map.of("organization", organization, "days", days.map(String::valueOf).orElse("")));
      String type =
          switch (access.json() ? "json" : format) {
            case "json" -> "application/json";
            case "csv" -> "text/csv";
            case "markdown" -> "text/markdown";
            default -> throw Failure.usage("--format: not one (expected: markdown, csv or json)");
          };
      try (ControlClient client = access.client(shell.environment())) {
        String text = client.get(path, type);
        shell.output().out().print(text);
        if (!text.endsWith("\n")) {
          shell.output().out().println();
        }
        shell.output().out().flush();
      }
    }
  }
}
