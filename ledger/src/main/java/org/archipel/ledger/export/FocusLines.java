package org.archipel.ledger.export;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.archipel.ledger.Charge;
import org.archipel.ledger.Statement.Volume;

/**
 * Charges as rows of FOCUS 1.2. Each charge is a row of {@code Usage} for who consumed; where an
 * engine's owner is to be compensated, it is a row of {@code Credit} for the owner too. So the
 * usage rows are what records and corrections cost, and the rows of one {@code InvoiceId} are what
 * the statement of that number says that its organization owes (its net, negated). For one export.
 */
public final class FocusLines {
  private static final int MICROS = 6;
  private static final int MILLIS = 3;

  private final Names names;
  private final BiFunction<String, YearMonth, Optional<Long>> invoices;
  private final String currency;

  /**
   * What names stand in rows.
   *
   * @param site the site's id
   * @param siteName its name for people
   * @param issuer the name of the organization that runs it
   * @param organizations the name for people of an organization's name
   */
  public record Names(
      String site, String siteName, String issuer, UnaryOperator<String> organizations) {}

  /**
   * Writes rows.
   *
   * @param invoices the number of an organization's closed statement of a month
   * @param currency what is said of charges without a price
   */
  public FocusLines(
      Names names, BiFunction<String, YearMonth, Optional<Long>> invoices, String currency) {
    this.names = names;
    this.invoices = invoices;
    this.currency = currency;
  }

  /** The names of the columns. */
  public String head() {
    List<String> titles = new ArrayList<>();
    for (FocusColumn column : FocusColumn.values()) {
      titles.add(column.title());
    }
    return Csv.line(titles);
  }

  /** The row for who consumed. */
  public String usage(Charge charge) {
    return line(usageCells(charge));
  }

  /** The row for the owner of the engine, when there is something to compensate. */
  public Optional<String> credit(Charge charge) {
    if (charge.place().owner().isEmpty() || charge.microCurrency() == 0) {
      return Optional.empty();
    }
    return Optional.of(line(creditCells(charge)));
  }

  /** Ready for CSV; what is not there is null in FOCUS, and written as nothing. */
  private static String line(Map<FocusColumn, String> cells) {
    List<String> line = new ArrayList<>();
    for (FocusColumn column : FocusColumn.values()) {
      line.add(cells.getOrDefault(column, ""));
    }
    return Csv.line(line);
  }

  private Map<FocusColumn, String> usageCells(Charge charge) {
    Map<FocusColumn, String> cells =
        cells(charge, charge.consumer().organization(), charge.microCurrency());
    boolean settlement = charge.kind() == Charge.Kind.SETTLEMENT;
    cells.put(FocusColumn.CHARGE_CATEGORY, "Usage");
    text(cells, FocusColumn.CHARGE_DESCRIPTION, description(charge));
    cells.put(FocusColumn.CHARGE_FREQUENCY, settlement ? "One-Time" : "Usage-Based");
    text(
        cells,
        FocusColumn.SUB_ACCOUNT_ID,
        charge.consumer().organization() + "/" + charge.consumer().name());
    text(cells, FocusColumn.SUB_ACCOUNT_NAME, charge.consumer().name());
    if (!settlement) {
      quantity(cells, charge.used());
    }
    return cells;
  }

  private Map<FocusColumn, String> creditCells(Charge charge) {
    Map<FocusColumn, String> cells =
        cells(charge, charge.place().owner(), Math.negateExact(charge.microCurrency()));
    cells.put(FocusColumn.CHARGE_CATEGORY, "Credit");
    text(
        cells,
        FocusColumn.CHARGE_DESCRIPTION,
        "Compensation for " + charge.consumer().organization() + ": " + description(charge));
    cells.put(FocusColumn.CHARGE_FREQUENCY, "One-Time");
    return cells;
  }

  private static String description(Charge charge) {
    return switch (charge.kind()) {
      case USAGE -> "Inference with " + charge.place().model();
      case LATE -> "Inference with " + charge.place().model() + ", accounted late";
      case SETTLEMENT -> "Correction: " + charge.reason();
    };
  }

  /** What both rows of a charge have. */
  private Map<FocusColumn, String> cells(Charge charge, String account, long micro) {
    Map<FocusColumn, String> cells = new EnumMap<>(FocusColumn.class);
    String cost = BigDecimal.valueOf(micro, MICROS).toPlainString();
    cells.put(FocusColumn.BILLED_COST, cost);
    cells.put(FocusColumn.CONTRACTED_COST, cost);
    cells.put(FocusColumn.EFFECTIVE_COST, cost);
    cells.put(FocusColumn.LIST_COST, cost);
    text(cells, FocusColumn.BILLING_ACCOUNT_ID, account);
    text(cells, FocusColumn.BILLING_ACCOUNT_NAME, names.organizations.apply(account));
    text(
        cells,
        FocusColumn.BILLING_CURRENCY,
        charge.currency().isEmpty() ? currency : charge.currency());
    cells.put(FocusColumn.BILLING_PERIOD_START, start(charge.billed().atDay(1)));
    cells.put(FocusColumn.BILLING_PERIOD_END, start(charge.billed().plusMonths(1).atDay(1)));
    cells.put(FocusColumn.CHARGE_PERIOD_START, start(charge.day()));
    cells.put(FocusColumn.CHARGE_PERIOD_END, start(charge.day().plusDays(1)));
    if (charge.kind() == Charge.Kind.SETTLEMENT) {
      cells.put(FocusColumn.CHARGE_CLASS, "Correction");
    }
    invoices
        .apply(account, charge.billed())
        .ifPresent(number -> cells.put(FocusColumn.INVOICE_ID, names.site + "-" + number));
    text(cells, FocusColumn.INVOICE_ISSUER_NAME, names.issuer);
    service(cells, charge);
    ours(cells, charge);
    return cells;
  }

  private void service(Map<FocusColumn, String> cells, Charge charge) {
    text(cells, FocusColumn.PROVIDER_NAME, names.issuer);
    text(cells, FocusColumn.PUBLISHER_NAME, names.issuer);
    String elsewhere = charge.place().servedBy();
    text(cells, FocusColumn.REGION_ID, elsewhere.isEmpty() ? names.site : elsewhere);
    text(cells, FocusColumn.REGION_NAME, elsewhere.isEmpty() ? names.siteName : elsewhere);
    cells.put(FocusColumn.SERVICE_CATEGORY, "AI and Machine Learning");
    cells.put(FocusColumn.SERVICE_NAME, "Inference");
    cells.put(FocusColumn.SERVICE_SUBCATEGORY, "Generative AI");
    if (!charge.place().engine().isEmpty()) {
      text(cells, FocusColumn.RESOURCE_ID, charge.place().engine());
      text(cells, FocusColumn.RESOURCE_NAME, charge.place().engine());
      cells.put(FocusColumn.RESOURCE_TYPE, "Inference engine");
    }
  }

  private static void ours(Map<FocusColumn, String> cells, Charge charge) {
    Volume used = charge.used();
    text(cells, FocusColumn.X_CONSUMER_ORGANIZATION, charge.consumer().organization());
    text(cells, FocusColumn.X_SERVER_ORGANIZATION, charge.place().owner());
    text(cells, FocusColumn.X_MODEL, charge.place().model());
    text(cells, FocusColumn.X_CLASS, charge.place().serviceClass());
    cells.put(FocusColumn.X_REQUESTS, Long.toString(used.requests()));
    cells.put(FocusColumn.X_PROMPT_TOKENS, Long.toString(used.promptTokens()));
    cells.put(FocusColumn.X_CACHED_TOKENS, Long.toString(used.cachedTokens()));
    cells.put(FocusColumn.X_COMPLETION_TOKENS, Long.toString(used.completionTokens()));
    cells.put(
        FocusColumn.X_ENGINE_SECONDS,
        BigDecimal.valueOf(used.engineMicros(), MICROS).toPlainString());
    cells.put(
        FocusColumn.X_AUDIO_SECONDS,
        BigDecimal.valueOf(used.audioMillis(), MILLIS).toPlainString());
  }

  /** In the unit that says most of it: tokens, seconds of audio, requests. */
  private static void quantity(Map<FocusColumn, String> cells, Volume used) {
    long tokens = Math.addExact(used.promptTokens(), used.completionTokens());
    if (tokens != 0) {
      quantity(cells, Long.toString(tokens), "Tokens");
    } else if (used.audioMillis() != 0) {
      quantity(cells, BigDecimal.valueOf(used.audioMillis(), MILLIS).toPlainString(), "Seconds");
    } else {
      quantity(cells, Long.toString(used.requests()), "Requests");
    }
  }

  private static void quantity(Map<FocusColumn, String> cells, String quantity, String unit) {
    cells.put(FocusColumn.CONSUMED_QUANTITY, quantity);
    cells.put(FocusColumn.CONSUMED_UNIT, unit);
    cells.put(FocusColumn.PRICING_QUANTITY, quantity);
    cells.put(FocusColumn.PRICING_UNIT, unit);
  }

  private static void text(Map<FocusColumn, String> cells, FocusColumn column, String text) {
    cells.put(column, Csv.cell(text));
  }

  /** As FOCUS writes moments: to the second, in UTC. */
  private static String start(LocalDate day) {
    Instant at = day.atStartOfDay(ZoneOffset.UTC).toInstant();
    return at.toString();
  }
}
