package org.archipel.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.archipel.ledger.UsageDimension;
import org.archipel.ledger.UsageLedger;
import org.archipel.ledger.UsageQuery;
import org.archipel.storage.Database;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code usage}: how long questions about a year take. */
@Command(
    name = "usage",
    description = "Measures questions about a year of a busy site (100 million records).",
    mixinStandardHelpOptions = true)
final class UsageCommand implements Callable<Integer> {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "An empty database, as storage.url; a new SQLite file unless given.")
  private String url = "";

  @Option(names = "--days", paramLabel = "N", description = "Days; 365 unless given.")
  private int days = 365;

  @Option(names = "--repeats", paramLabel = "N", description = "Times that each is asked; 9.")
  private int repeats = 9;

  @Option(names = "--seed", paramLabel = "N", description = "Of the generator; 1.")
  private long seed = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, SQLException {
    PrintWriter out = spec.commandLine().getOut();
    try (WorkFolder folder = WorkFolder.create("usage");
        Database database = Database.open(where(folder.path()));
        UsageLedger ledger =
            UsageLedger.open(folder.path().resolve("journal"), database, Clock.systemUTC())) {
      LocalDate end = LocalDate.of(2026, 11, 1);
      YearOfUsage year = new YearOfUsage(seed, days);
      long began = System.nanoTime();
      year.fill(database, end);
      out.printf(
          Locale.ROOT,
          "%,d rows of sums in %.0f s, seed %d%n",
          year.rows(),
          (System.nanoTime() - began) / 1e9,
          seed);
      out.println("| question | rows | first, ms | median, ms [min-max] |");
      out.println("|---|---:|---:|---:|");
      for (Map.Entry<String, UsageQuery> question : questions(end).entrySet()) {
        out.println(measured(ledger, question.getKey(), question.getValue()));
      }
      return 0;
    }
  }

  private String where(Path folder) {
    return url.isEmpty() ? "sqlite:" + folder.resolve("archipel.db") : url;
  }

  private Map<String, UsageQuery> questions(LocalDate end) {
    Instant until = end.atStartOfDay(ZoneOffset.UTC).toInstant();
    Instant since = end.minusDays(days).atStartOfDay(ZoneOffset.UTC).toInstant();
    UsageQuery byDay = over(Set.of(UsageDimension.DAY), since, until);
    String organization = YearOfUsage.organization(7);
    Map<String, UsageQuery> questions = new LinkedHashMap<>();
    questions.put(
        "one organization, by day", byDay.where(UsageDimension.ORGANIZATION, organization));
    questions.put(
        "one organization, by day and model",
        over(Set.of(UsageDimension.DAY, UsageDimension.MODEL), since, until)
            .where(UsageDimension.ORGANIZATION, organization));
    questions.put("one key, by day", byDay.where(UsageDimension.KEY, YearOfUsage.key(7, 3, 1)));
    questions.put("all, by organization", over(Set.of(UsageDimension.ORGANIZATION), since, until));
    questions.put(
        "one organization, the last 30 days, by project",
        over(Set.of(UsageDimension.PROJECT), until.minusSeconds(30 * 86_400), until)
            .where(UsageDimension.ORGANIZATION, organization));
    return questions;
  }

  private static UsageQuery over(Set<UsageDimension> by, Instant since, Instant until) {
    return new UsageQuery(by, Optional.of(since), Optional.of(until));
  }

  private String measured(UsageLedger ledger, String name, UsageQuery query) {
    List<Double> millis = new ArrayList<>();
    int rows = 0;
    for (int i = 0; i <= repeats; i++) {
      long began = System.nanoTime();
      rows = ledger.report(query).rows().size();
      millis.add((System.nanoTime() - began) / 1e6);
    }
    Spread spread = Spread.of(millis.subList(1, millis.size()));
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.0f | %.0f [%.0f-%.0f] |",
        name,
        rows,
        millis.getFirst(),
        spread.median(),
        spread.min(),
        spread.max());
  }
}
