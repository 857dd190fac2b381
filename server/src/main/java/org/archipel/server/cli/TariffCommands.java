package org.archipel.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tariff}: what requests cost. */
final class TariffCommands {
  private static final String PATH = "/api/v1/tariffs";
  private static final int MICROS = 6;

  private TariffCommands() {}

  static CommandLine all(Shell shell) {
    return new CommandLine(new Group())
        .addSubcommand(new Add(shell))
        .addSubcommand(new List(shell))
        .addSubcommand(new Show(shell))
        .addSubcommand(new End(shell))
        .addSubcommand(new Reprice(shell));
  }

  @Command(
      name = "tariff",
      description = "What requests cost.",
      mixinStandardHelpOptions = true,
      synopsisSubcommandLabel = "COMMAND")
  private static final class Group {}

  @Command(
      name = "add",
      description = "Adds a tariff. Rates are in the site's currency, as in 0.25.",
      mixinStandardHelpOptions = true)
  private static final class Add implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Option(names = "--model", paramLabel = "MODEL", description = "Only for this model.")
    private String model = "";

    @Option(names = "--owner", paramLabel = "ORG", description = "Only on its engines.")
    private String owner = "";

    @Option(names = "--class", paramLabel = "CLASS", description = "Only for this class.")
    private String serviceClass = "";

    @Option(names = "--org", paramLabel = "ORG", description = "Only for this consumer.")
    private String organization = "";

    @Option(
        names = "--org-kind",
        paramLabel = "KIND",
        description = "Only for consumers of this kind: contributor or beneficiary.")
    private String kind = "";

    @Option(names = "--prompt", paramLabel = "RATE", description = "A million prompt tokens.")
    private Optional<BigDecimal> prompt = Optional.empty();

    @Option(
        names = "--cached",
        paramLabel = "RATE",
        description = "A million of them that were cached; like --prompt unless given.")
    private Optional<BigDecimal> cached = Optional.empty();

    @Option(names = "--completion", paramLabel = "RATE", description = "A million produced tokens.")
    private Optional<BigDecimal> completion = Optional.empty();

    @Option(names = "--engine-second", paramLabel = "RATE", description = "A second on an engine.")
    private Optional<BigDecimal> engineSecond = Optional.empty();

    @Option(names = "--audio-second", paramLabel = "RATE", description = "A second of audio.")
    private Optional<BigDecimal> audioSecond = Optional.empty();

    @Option(names = "--request", paramLabel = "RATE", description = "A request.")
    private Optional<BigDecimal> request = Optional.empty();

    @Option(
        names = "--from",
        paramLabel = "WHEN",
        description = "From this date or time; from now on unless given.")
    private String from = "";

    @Option(
        names = "--until",
        paramLabel = "WHEN",
        description = "Before this date or time; for ever unless given.")
    private String until = "";

    Add(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = new LinkedHashMap<>();
      putIfGiven(wish, "model", model);
      putIfGiven(wish, "owner", owner);
      putIfGiven(wish, "class", serviceClass);
      putIfGiven(wish, "organization", organization);
      putIfGiven(wish, "organization_kind", kind);
      putRate(wish, "prompt", prompt);
      putRate(wish, "cached", cached);
      putRate(wish, "completion", completion);
      putRate(wish, "engine_second", engineSecond);
      putRate(wish, "audio_second", audioSecond);
      putRate(wish, "request", request);
      putIfGiven(wish, "valid_from", from);
      putIfGiven(wish, "valid_until", until);
      shell.tell(
          access, client -> client.post(PATH, wish), added -> "tariff " + Shell.text(added, "id"));
    }

    private static void putRate(Map<String, Object> wish, String field, Optional<BigDecimal> rate) {
      rate.ifPresent(
          given -> {
            try {
              wish.put(field, given.movePointRight(MICROS).longValueExact());
            } catch (ArithmeticException e) {
              throw Failure.usage(
                  "--" + field.replace('_', '-') + ": more than six decimals, or too large");
            }
          });
    }
  }

  private static void putIfGiven(Map<String, Object> wish, String field, String value) {
    if (!value.isEmpty()) {
      wish.put(field, value);
    }
  }

  @Command(name = "list", description = "Lists tariffs.", mixinStandardHelpOptions = true)
  private static final class List implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    List(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.show(
          access,
          client -> client.all(PATH),
          items -> {
            Table table = table();
            items.forEach(item -> row(table, item));
            return table;
          },
          "no tariffs: what is used costs nothing");
    }
  }

  @Command(name = "show", description = "Shows a tariff.", mixinStandardHelpOptions = true)
  private static final class Show implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "The tariff's id.")
    private String id = "";

    Show(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      shell.tell(
          access,
          client -> client.get(PATH + "/" + ControlClient.encode(id)),
          tariff -> {
            Table table = table();
            row(table, tariff);
            return String.join(System.lineSeparator(), table.lines(""));
          });
    }
  }

  private static Table table() {
    return new Table(
        "ID",
        "MODEL",
        "OWNER",
        "CLASS",
        "CONSUMER",
        ">PROMPT/M",
        ">CACHED/M",
        ">COMPLETION/M",
        ">ENGINE/S",
        ">AUDIO/S",
        ">REQUEST",
        "CURRENCY",
        "FROM",
        "UNTIL");
  }

  private static void row(Table table, JsonNode item) {
    String consumer =
        item.has("organization")
            ? Shell.text(item, "organization")
            : Shell.text(item, "organization_kind");
    table.add(
        Shell.text(item, "id"),
        any(item, "model"),
        any(item, "owner"),
        any(item, "class"),
        consumer.equals("-") ? "any" : consumer,
        rate(item, "prompt"),
        rate(item, "cached"),
        rate(item, "completion"),
        rate(item, "engine_second"),
        rate(item, "audio_second"),
        rate(item, "request"),
        Shell.text(item, "currency"),
        Shell.time(item, "valid_from"),
        Shell.time(item, "valid_until"));
  }

  private static String any(JsonNode item, String field) {
    return item.has(field) ? Shell.text(item, field) : "any";
  }

  private static String rate(JsonNode item, String field) {
    BigDecimal rate = BigDecimal.valueOf(item.path(field).asLong(), MICROS);
    return rate.signum() == 0 ? "-" : rate.stripTrailingZeros().toPlainString();
  }

  @Command(
      name = "end",
      description = "Ends a tariff; at its own beginning, withdraws it.",
      mixinStandardHelpOptions = true)
  private static final class End implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Parameters(paramLabel = "ID", description = "The tariff's id.")
    private String id = "";

    @Option(
        names = "--at",
        paramLabel = "WHEN",
        description = "At this date or time; now unless given.")
    private String at = "";

    End(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      Map<String, Object> wish = new LinkedHashMap<>();
      putIfGiven(wish, "at", at);
      shell.tell(
          access,
          client -> client.post(PATH + "/" + ControlClient.encode(id) + "/end", wish),
          ended -> "tariff %s ends %s".formatted(id, Shell.time(ended, "valid_until")));
    }
  }

  @Command(
      name = "reprice",
      description = {
        "Prices records anew under the tariffs as they are, by correction records.",
        "Running it again, also after it was interrupted, adds nothing that is there already."
      },
      mixinStandardHelpOptions = true)
  private static final class Reprice implements Runnable {
    private final Shell shell;

    @Mixin private final ControlAccess access = new ControlAccess();

    @Option(
        names = "--since",
        required = true,
        paramLabel = "WHEN",
        description = "Records from this date or time on, or a distance such as 30d.")
    private String since = "";

    @Option(
        names = "--until",
        paramLabel = "WHEN",
        description = "Records before this date or time; up to now unless given.")
    private String until = "";

    @Option(names = "--model", paramLabel = "MODEL", description = "Only of this model.")
    private String model = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who ask later.")
    private String reason = "";

    Reprice(Shell shell) {
      this.shell = shell;
    }

    @Override
    public void run() {
      long records = 0;
      long corrections = 0;
      Map<String, Long> amounts = new TreeMap<>();
      try (ControlClient client = access.client(shell.environment())) {
        Map<String, Object> wish = new LinkedHashMap<>(Map.of("since", since));
        putIfGiven(wish, "until", until);
        putIfGiven(wish, "model", model);
        putIfGiven(wish, "reason", reason);
        JsonNode done;
        do {
          done = client.post("/api/v1/repricing", wish);
          records += done.path("records").asLong();
          corrections += done.path("corrections").asLong();
          done.path("micro_currency")
              .properties()
              .forEach(sum -> amounts.merge(sum.getKey(), sum.getValue().asLong(), Long::sum));
          wish.put("until", done.path("until").asText());
          wish.put("after", done.path("next").asText());
        } while (done.hasNonNull("next"));
      }
      shell.output().line(words(records, corrections, amounts));
    }

    private String words(long records, long corrections, Map<String, Long> amounts) {
      if (access.json()) {
        return ControlClient.json(
            Map.of("records", records, "corrections", corrections, "micro_currency", amounts));
      }
      StringBuilder words = new StringBuilder();
      words.append(records).append(" records, ").append(corrections).append(" corrections");
      amounts.forEach(
          (currency, micro) ->
              words
                  .append(", ")
                  .append(BigDecimal.valueOf(micro, MICROS).toPlainString())
                  .append(' ')
                  .append(currency));
      return words.toString();
    }
  }
}
