package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quota}: how much organizations, projects and keys may use. */
final class QuotaCommands {
  private static final String PATH = "/api/v1/quotas";

  private QuotaCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Set(shell))
        .addSubcommand(new List(shell))
        .addSubcommand(new Remove(shell));
  }

  @Command(
      name = "quota",
      description = "What organizations, projects and keys may use, and what they have left.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  /** The period of a budget. */
  private enum Per {
    day,
    month
  }

  @Command(
      name = "set",
      description = "Sets limits; those that are not named stay as they are.",
      mixinStandardHelpOptions = true)
  private static final class Set implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Option(names = "--org", paramLabel = "ORG", description = "Whose use is limited.")
    private String organization = "";

    @Option(names = "--project", paramLabel = "PROJECT", description = "One of its projects.")
    private String project = "";

    @Option(names = "--key", paramLabel = "ID", description = "A key, instead of those.")
    private String key = "";

    @Option(names = "--requests-per-minute", paramLabel = "N", description = "Refills steadily.")
    private Optional<Long> requestsPerMinute = Optional.empty();

    @Option(names = "--request-burst", paramLabel = "N", description = "Of them, at once.")
    private Optional<Long> requestBurst = Optional.empty();

    @Option(names = "--tokens-per-minute", paramLabel = "N", description = "Refills steadily.")
    private Optional<Long> tokensPerMinute = Optional.empty();

    @Option(names = "--token-burst", paramLabel = "N", description = "Of them, at once.")
    private Optional<Long> tokenBurst = Optional.empty();

    @Option(names = "--concurrent", paramLabel = "N", description = "Requests that wait or run.")
    private Optional<Long> concurrent = Optional.empty();

    @Option(names = "--budget-tokens", paramLabel = "N", description = "Tokens in a period.")
    private Optional<Long> budgetTokens = Optional.empty();

    @Option(
        names = "--budget-money",
        paramLabel = "N",
        description = "Millionths of the currency in a period.")
    private Optional<Long> budgetMoney = Optional.empty();

    @Option(
        names = "--per",
        paramLabel = "PERIOD",
        description = "The budgets' period, of UTC: day or month (the default).")
    private Per per = Per.month;

    Set(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Long> limits = new LinkedHashMap<>();
      put(limits, "requests_per_minute", requestsPerMinute);
      put(limits, "request_burst", requestBurst);
      put(limits, "tokens_per_minute", tokensPerMinute);
      put(limits, "token_burst", tokenBurst);
      put(limits, "concurrent_requests", concurrent);
      put(limits, "tokens_per_" + per, budgetTokens);
      put(limits, "micro_currency_per_" + per, budgetMoney);
      Map<String, Object> wish = new LinkedHashMap<>();
      wish.put("limits", limits);
      putIfGiven(wish, "organization", organization);
      putIfGiven(wish, "project", project);
      putIfGiven(wish, "key", key);
      shell.tell(
          access,
          client -> client.post(PATH, wish),
          made -> "quota " + Shell.text(made, "id") + " set");
    }

    private static void put(Map<String, Long> limits, String limit, Optional<Long> value) {
      value.ifPresent(number -> limits.put(limit, number));
    }

    private static void putIfGiven(Map<String, Object> wish, String field, String value) {
      if (!value.isEmpty()) {
        wish.put(field, value);
      }
    }
  }

  @Command(
      name = "list",
      description = "Lists quotas with what is left of them now.",
      mixinStandardHelpOptions = true)
  private static final class List implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Mixin private final PagePart part = new PagePart();

    List(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      part.show(
          shell, access, PATH, List::table, "no quotas: archipel quota set --org ORG … makes one");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("QUOTA", "LIMIT", ">ALLOWED", ">USED", ">HELD", ">LEFT", "UNTIL");
      items.forEach(item -> add(table, item));
      return table;
    }

    private static void add(Table table, JsonNode item) {
      String id = Shell.text(item, "id");
      rate(table, id, "requests/min", item.path("requests"));
      rate(table, id, "tokens/min", item.path("tokens"));
      JsonNode slots = item.path("limits").path("concurrent_requests");
      if (slots.isNumber()) {
        long running = item.path("running").asLong();
        long left = Math.max(0, slots.asLong() - running);
        table.add(id, "concurrent", slots.asText(), "-", "" + running, "" + left, "-");
      }
      item.path("budgets")
          .forEach(
              budget ->
                  table.add(
                      id,
                      Shell.text(budget, "budget").replace("_per_", "/").replace('_', ' '),
                      Shell.text(budget, "limit"),
                      Shell.text(budget, "used"),
                      Shell.text(budget, "reserved"),
                      Shell.text(budget, "left"),
                      Shell.time(budget, "until")));
    }

    private static void rate(Table table, String id, String limit, JsonNode rate) {
      if (rate.isObject()) {
        String left = Shell.text(rate, "remaining");
        table.add(id, limit, Shell.text(rate, "limit"), "-", "-", left, "-");
      }
    }
  }

  @Command(
      name = "remove",
      description = "Removes a quota: its limits no longer count.",
      mixinStandardHelpOptions = true)
  private static final class Remove implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "QUOTA", description = "The quota, as quota list shows it.")
    private String id = "";

    Remove(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.delete(PATH + "/" + ControlClient.encode(id)),
          _ -> "quota " + id + " removed");
    }
  }

  /** {@code events}: budgets at 80 % or at their end. */
  @Command(
      name = "events",
      description = "Lists budgets that came to 80 %% or to their end, the latest first.",
      mixinStandardHelpOptions = true)
  static final class EventsCommand implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Mixin private final PagePart part = new PagePart();

    EventsCommand(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      part.show(shell, access, "/api/v1/events", EventsCommand::table, "no events");
    }

    private static Table table(JsonNode items) {
      Table table = new Table("AT", "EVENT", "QUOTA", "BUDGET", "PERIOD", ">USED", ">LIMIT");
      items.forEach(
          item ->
              table.add(
                  Shell.time(item, "at"),
                  Shell.text(item, "type"),
                  Shell.text(item, "quota"),
                  Shell.text(item, "budget"),
                  Shell.text(item, "period"),
                  Shell.text(item, "used"),
                  Shell.text(item, "limit")));
      return table;
    }
  }

  /** Which part of a list is shown. */
  static final class PagePart {
    @Option(names = "--limit", paramLabel = "N", description = "How many at most (100).")
    private Optional<Long> limit = Optional.empty();

    @Option(
        names = "--after",
        paramLabel = "CURSOR",
        description = "Go on where the last part ended.")
    private String after = "";

    void show(
        Shell shell,
        ControlAccess access,
        String path,
        Function<JsonNode, Table> table,
        String whenEmpty) {
      Map<String, String> query = new LinkedHashMap<>();
      limit.ifPresent(most -> query.put("limit", String.valueOf(most)));
      query.put("after", after);
      shell.show(
          access,
          client -> {
            JsonNode page = client.get(ControlClient.query(path, query));
            String next = page.path("next").asText("");
            if (!next.isEmpty() && !access.json()) {
              shell.output().err().println("more: --after " + next);
              shell.output().err().flush();
            }
            return page;
          },
          table,
          whenEmpty);
    }
  }
}
