package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code statement}: what organizations took and gave, month by month. */
final class StatementCommands {
  private static final String PATH = "/api/v1/statements";
  private static final int MICROS = 6;
  private static final int HASH_SHOWN = 12;

  private StatementCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new ListClosed(shell))
        .addSubcommand(new Show(shell))
        .addSubcommand(new Close(shell))
        .addSubcommand(new Verify(shell))
        .addSubcommand(new Save(shell));
  }

  private static String pathOf(String organization, String month) {
    return PATH + "/" + ControlClient.encode(organization) + "/" + ControlClient.encode(month);
  }

  private static String amount(long micro) {
    BigDecimal exact = BigDecimal.valueOf(micro, MICROS).stripTrailingZeros();
    return exact.setScale(Math.max(2, exact.scale())).toPlainString();
  }

  @Command(
      name = "statement",
      description = "What organizations consumed and contributed, month by month.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "list",
      description = "Lists closed statements, the latest first; with --open, who has none yet.",
      mixinStandardHelpOptions = true)
  private static final class ListClosed implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Option(names = "--org", paramLabel = "ORG", description = "Only of this organization.")
    private String organization = "";

    @Option(names = "--month", paramLabel = "MONTH", description = "Only of this, as in 2026-11.")
    private String month = "";

    @Option(
        names = "--open",
        description = "Organizations whose month (the last one unless given) is not closed.")
    private boolean open;

    ListClosed(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, String> asked = Map.of("organization", organization, "month", month);
      if (open) {
        String path = ControlClient.query(PATH + "/open", asked);
        shell.show(
            access,
            client -> client.get(path),
            ListClosed::openTable,
            "nobody whose month is open used or gave anything in it");
        return;
      }
      String path = ControlClient.query(PATH, asked);
      shell.show(access, client -> client.all(path), ListClosed::table, "no statement is closed");
    }

    private static Table openTable(JsonNode items) {
      Table table = new Table("ORGANIZATION", "MONTH", "ENDED");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "organization"),
                  Shell.text(item, "month"),
                  item.path("ended").asBoolean() ? "yes" : "no"));
      return table;
    }

    private static Table table(JsonNode items) {
      Table table = new Table(">NUMBER", "ORGANIZATION", "MONTH", "CLOSED", "BY", "SHA-256");
      items.forEach(
          item ->
              table.add(
                  Shell.text(item, "number"),
                  Shell.text(item, "organization"),
                  Shell.text(item, "month"),
                  Shell.time(item, "closed_at"),
                  Shell.text(item, "closed_by"),
                  Shell.text(item, "sha256").substring(0, HASH_SHOWN) + "…"));
      return table;
    }
  }

  @Command(
      name = "show",
      description = "Shows a month's statement: as closed, or as it would be now.",
      mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "MONTH", description = "The month, as in 2026-11.")
    private String month = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(access, client -> client.get(pathOf(organization, month)), Show::words);
    }

    private static String words(JsonNode statement) {
      StringJoiner words = new StringJoiner(System.lineSeparator());
      JsonNode closing = statement.path("closing");
      words.add(
          "%s of %s for %s"
              .formatted(
                  closing.isMissingNode()
                      ? "draft"
                      : "statement %s, closed %s,"
                          .formatted(
                              Shell.text(closing, "number"), Shell.time(closing, "closed_at")),
                  Shell.text(statement.path("organization"), "name"),
                  Shell.text(statement, "month")));
      add(words, "consumed from", lines(statement.path("consumed"), "OWNER"));
      add(words, "contributed to", lines(statement.path("contributed"), "CONSUMER"));
      add(words, "corrections, contained above", corrections(statement.path("corrections")));
      add(words, "amounts", balances(statement.path("balances")));
      return words.toString();
    }

    private static void add(StringJoiner words, String title, Table table) {
      if (!table.isEmpty()) {
        words.add("").add(title + ":");
        table.lines("  ").forEach(words::add);
      }
    }

    private static Table lines(JsonNode lines, String party) {
      Table table =
          new Table(
              party,
              "SITE",
              "MODEL",
              "CLASS",
              ">REQUESTS",
              ">PROMPT",
              ">CACHED",
              ">COMPLETION",
              ">ENGINE S",
              ">AMOUNT",
              "CURRENCY");
      lines.forEach(
          line -> {
            JsonNode used = line.path("used");
            table.add(
                orDash(Shell.text(line, "party")),
                orDash(Shell.text(line, "site")),
                Shell.text(line, "model"),
                orDash(Shell.text(line, "service_class")),
                Shell.text(used, "requests"),
                Shell.text(used, "prompt_tokens"),
                Shell.text(used, "cached_tokens"),
                Shell.text(used, "completion_tokens"),
                BigDecimal.valueOf(used.path("engine_micros").asLong(), MICROS).toPlainString(),
                amount(line.path("micro_currency").asLong()),
                orDash(Shell.text(line, "currency")));
          });
      return table;
    }

    private static String orDash(String text) {
      return text.isEmpty() ? "-" : text;
    }

    private static Table corrections(JsonNode lines) {
      Table table = new Table("KIND", "REASON", "CONSUMER", ">NUMBER", ">AMOUNT", "CURRENCY");
      lines.forEach(
          line ->
              table.add(
                  Shell.text(line, "kind"),
                  Shell.text(line, "reason"),
                  orDash(Shell.text(line, "consumer")),
                  Shell.text(line, "count"),
                  amount(line.path("micro_currency").asLong()),
                  orDash(Shell.text(line, "currency"))));
      return table;
    }

    private static Table balances(JsonNode balances) {
      Table table = new Table("CURRENCY", ">CONSUMED", ">OWN USE", ">CONTRIBUTED", ">NET");
      balances.forEach(
          balance ->
              table.add(
                  Shell.text(balance, "currency"),
                  amount(balance.path("consumed").asLong()),
                  amount(balance.path("own_use").asLong()),
                  amount(balance.path("contributed").asLong()),
                  amount(balance.path("net").asLong())));
      return table;
    }
  }

  @Command(
      name = "close",
      description = {
        "Closes a month's statement for ever: of one organization, or of all that have none yet.",
        "One that is closed already stays as it is."
      },
      mixinStandardHelpOptions = true)
  private static final class Close implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(
        arity = "1..2",
        paramLabel = "[ORG] MONTH",
        hideParamSyntax = true,
        description = "The organization, all whose month is open unless given; the month.")
    private List<String> which = new ArrayList<>();

    Close(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String month = which.getLast();
      String organization = which.size() > 1 ? which.getFirst() : "";
      try (ControlClient client = access.client(shell.environment())) {
        if (!organization.isEmpty()) {
          close(client, organization, month);
          return;
        }
        String path = ControlClient.query(PATH + "/open", Map.of("month", month));
        JsonNode items = client.get(path).path("items");
        items.forEach(item -> close(client, item.path("organization").asText(), month));
        if (items.isEmpty() && !access.json()) {
          shell.output().line("nothing is open in " + Table.printable(month));
        }
      }
    }

    private void close(ControlClient client, String name, String month) {
      JsonNode closed = client.post(pathOf(name, month) + "/close", Map.of());
      shell
          .output()
          .line(
              access.json()
                  ? closed.toString()
                  : "statement %s: %s, %s, sha256 %s"
                      .formatted(
                          Shell.text(closed, "number"),
                          Shell.text(closed, "organization"),
                          Shell.text(closed, "month"),
                          Shell.text(closed, "sha256")));
    }
  }

  @Command(
      name = "verify",
      description = "Checks every closed statement; fails when one was altered or is missing.",
      mixinStandardHelpOptions = true)
  private static final class Verify implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    Verify(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> {
            JsonNode verdict = client.get(PATH + "/verify");
            if (!verdict.path("whole").asBoolean()) {
              throw Failure.failed(
                  "statement %s is not what was closed: %s"
                      .formatted(Shell.text(verdict, "broken"), Shell.text(verdict, "why")));
            }
            return verdict;
          },
          verdict ->
              "%s statements, none altered; hash of the last: %s"
                  .formatted(Shell.text(verdict, "statements"), Shell.text(verdict, "sha256")));
    }
  }

  @Command(
      name = "save",
      description = "Writes a month's statement to a file.",
      mixinStandardHelpOptions = true)
  private static final class Save implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(index = "0", paramLabel = "ORG", description = "The organization.")
    private String organization = "";

    @Parameters(index = "1", paramLabel = "MONTH", description = "The month, as in 2026-11.")
    private String month = "";

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description = "pdf (default), html, or json: the data whose SHA-256 is stated.")
    private String format = "pdf";

    @Option(names = "--lang", paramLabel = "LANG", description = "en (default) or fr.")
    private String language = "en";

    @Option(
        names = "--output",
        paramLabel = "FILE",
        description = "The file, which must not exist; statement-ORG-MONTH.FORMAT unless given.")
    private String output = "";

    Save(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      String type =
          switch (format) {
            case "pdf" -> "application/pdf";
            case "html" -> "text/html";
            case "json" -> "application/json";
            default -> throw Failure.usage("--format: not one (expected: pdf, html or json)");
          };
      String path = ControlClient.query(pathOf(organization, month), Map.of("lang", language));
      Path file =
          Path.of(
              output.isEmpty()
                  ? "statement-%s-%s.%s".formatted(organization, month, format)
                  : output);
      if (Files.exists(file)) {
        throw Failure.failed(file + ": is there already (expected: another --output)");
      }
      write(path, type, file);
      shell
          .output()
          .line(
              access.json()
                  ? ControlClient.json(Map.of("file", file.toString()))
                  : file.toString());
    }

    private void write(String path, String type, Path file) {
      Path part = Path.of(file + ".part");
      try (ControlClient client = access.client(shell.environment())) {
        try (OutputStream to = Files.newOutputStream(part)) {
          client.copy(path, type, to);
        }
        Files.move(part, file);
      } catch (IOException e) {
        throw Failure.failed(file + ": cannot be written: " + e.getMessage());
      } finally {
        discard(part);
      }
    }

    private static void discard(Path part) {
      try {
        Files.deleteIfExists(part);
      } catch (IOException e) {
        throw Failure.failed(part + ": cannot be removed: " + e.getMessage());
      }
    }
  }
}
