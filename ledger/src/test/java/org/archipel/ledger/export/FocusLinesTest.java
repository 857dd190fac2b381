package org.archipel.ledger.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.ledger.Charge;
import org.archipel.ledger.Statement;
import org.archipel.ledger.UsageScope;
import org.junit.jupiter.api.Test;

/** Rows against what FOCUS 1.2 demands of its columns, written down as data. */
final class FocusLinesTest {
  private static final String MOMENT = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z";
  private static final String DECIMAL = "-?[0-9]+(\\.[0-9]+)?";
  private static final String UNIT = "Tokens|Seconds|Requests";

  /** When a column may be, must be or must not be null. */
  private enum Null {
    NEVER,
    MAY,
    /** Null for all but usage that is no correction. */
    UNLESS_PLAIN_USAGE,
    /** Null for all but usage. */
    UNLESS_USAGE,
    /** Null where ResourceId is. */
    WITH_RESOURCE,
    /** Null where SubAccountId is. */
    WITH_SUB_ACCOUNT,
    /** Null for credits. */
    FOR_CREDITS
  }

  /** A column of the specification, whether it must be there, and what its values must be. */
  private record Rule(String column, boolean mandatory, Null nulls, String form) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule("BilledCost", true, Null.NEVER, DECIMAL),
          new Rule("BillingAccountId", true, Null.NEVER, ".+"),
          new Rule("BillingAccountName", true, Null.NEVER, ".+"),
          new Rule("BillingCurrency", true, Null.NEVER, "[A-Za-z][A-Za-z0-9-]*"),
          new Rule("BillingPeriodEnd", true, Null.NEVER, MOMENT),
          new Rule("BillingPeriodStart", true, Null.NEVER, MOMENT),
          new Rule("ChargeCategory", true, Null.NEVER, "Usage|Purchase|Tax|Credit|Adjustment"),
          new Rule("ChargeClass", true, Null.MAY, "Correction"),
          new Rule("ChargeDescription", true, Null.NEVER, ".+"),
          new Rule("ChargeFrequency", false, Null.NEVER, "One-Time|Recurring|Usage-Based"),
          new Rule("ChargePeriodEnd", true, Null.NEVER, MOMENT),
          new Rule("ChargePeriodStart", true, Null.NEVER, MOMENT),
          new Rule("ConsumedQuantity", false, Null.UNLESS_PLAIN_USAGE, DECIMAL),
          new Rule("ConsumedUnit", false, Null.UNLESS_PLAIN_USAGE, UNIT),
          new Rule("ContractedCost", true, Null.NEVER, DECIMAL),
          new Rule("EffectiveCost", true, Null.NEVER, DECIMAL),
          new Rule("InvoiceId", false, Null.MAY, "rennes-[0-9]+"),
          new Rule("InvoiceIssuerName", true, Null.NEVER, ".+"),
          new Rule("ListCost", true, Null.NEVER, DECIMAL),
          new Rule("PricingQuantity", true, Null.UNLESS_PLAIN_USAGE, DECIMAL),
          new Rule("PricingUnit", true, Null.UNLESS_PLAIN_USAGE, UNIT),
          new Rule("ProviderName", true, Null.NEVER, ".+"),
          new Rule("PublisherName", true, Null.NEVER, ".+"),
          new Rule("RegionId", false, Null.NEVER, ".+"),
          new Rule("RegionName", false, Null.NEVER, ".+"),
          new Rule("ResourceId", false, Null.MAY, ".+"),
          new Rule("ResourceName", false, Null.WITH_RESOURCE, ".+"),
          new Rule("ResourceType", false, Null.WITH_RESOURCE, ".+"),
          new Rule("ServiceCategory", true, Null.NEVER, "AI and Machine Learning"),
          new Rule("ServiceName", true, Null.NEVER, ".+"),
          new Rule("ServiceSubcategory", false, Null.NEVER, "Generative AI"),
          new Rule("SubAccountId", false, Null.FOR_CREDITS, ".+"),
          new Rule("SubAccountName", false, Null.WITH_SUB_ACCOUNT, ".+"));

  /** The columns that the specification says must be in every file. */
  private static final Set<String> MANDATORY =
      Set.of(
          "BilledCost",
          "BillingAccountId",
          "BillingAccountName",
          "BillingCurrency",
          "BillingPeriodEnd",
          "BillingPeriodStart",
          "ChargeCategory",
          "ChargeClass",
          "ChargeDescription",
          "ChargePeriodEnd",
          "ChargePeriodStart",
          "ContractedCost",
          "EffectiveCost",
          "InvoiceIssuerName",
          "ListCost",
          "PricingQuantity",
          "PricingUnit",
          "ProviderName",
          "PublisherName",
          "ServiceCategory",
          "ServiceName");

  private final FocusLines lines =
      new FocusLines(
          new FocusLines.Names("rennes", "Rennes", "Université de Rennes", name -> "The " + name),
          (organization, month) ->
              month.equals(YearMonth.of(2026, 9)) ? Optional.of(7L) : Optional.empty(),
          "EUR");

  private static Charge charge(
      Charge.Kind kind, String owner, String currency, Statement.Volume used, long micro) {
    LocalDate day = LocalDate.of(2026, 9, 30);
    YearMonth billed = kind == Charge.Kind.LATE ? YearMonth.of(2026, 10) : YearMonth.of(2026, 9);
    return new Charge(
        kind,
        day,
        billed,
        new UsageScope.Project("insa", "=chat,1"),
        new Charge.Place(
            "mistral", owner.isEmpty() ? "" : "gpu1", owner, owner.isEmpty() ? "" : "batch", ""),
        currency,
        used,
        micro,
        kind == Charge.Kind.SETTLEMENT ? "a \"gift\"" : "");
  }

  private static final Statement.Volume TEXT = new Statement.Volume(3, 1000, 200, 50, 1_500_000, 0);
  private static final Statement.Volume AUDIO = new Statement.Volume(1, 0, 0, 0, 900, 61_500);

  private List<Charge> charges() {
    return List.of(
        charge(Charge.Kind.USAGE, "univ-rennes", "EUR", TEXT, 1_234_567),
        charge(Charge.Kind.USAGE, "univ-rennes", "parts", AUDIO, 1),
        charge(Charge.Kind.USAGE, "", "", new Statement.Volume(1, 0, 0, 0, 0, 0), 0),
        charge(Charge.Kind.LATE, "insa", "EUR", TEXT, 99),
        charge(Charge.Kind.SETTLEMENT, "univ-rennes", "EUR", Statement.Volume.NONE, -24));
  }

  private List<Map<String, String>> rows() {
    List<String> names = cells(lines.head());
    List<Map<String, String>> rows = new ArrayList<>();
    for (Charge charge : charges()) {
      List<String> written = new ArrayList<>(List.of(lines.usage(charge)));
      lines.credit(charge).ifPresent(written::add);
      for (String line : written) {
        assertThat(line).endsWith("\r\n");
        List<String> cells = cells(line);
        assertThat(cells).hasSameSizeAs(names);
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
          row.put(names.get(i), cells.get(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<String> cells(String line) {
    return CsvCells.of(line);
  }

  @Test
  void columnsAreThoseOfTheSpecificationInItsOrderAndOursAfterThem() {
    List<String> names = cells(lines.head());
    List<String> standard = names.stream().filter(name -> !name.startsWith("x_")).toList();
    assertThat(standard).isEqualTo(RULES.stream().map(Rule::column).toList()).isSorted();
    assertThat(names.subList(standard.size(), names.size()))
        .isSorted()
        .allMatch(name -> name.matches("x_[A-Z][A-Za-z]+"));
    assertThat(RULES.stream().filter(Rule::mandatory).map(Rule::column).collect(Collectors.toSet()))
        .isEqualTo(MANDATORY)
        .hasSize(21);
  }

  @Test
  void everyValueHasItsFormAndIsNullWhereItMustBe() {
    for (Map<String, String> row : rows()) {
      for (Rule rule : RULES) {
        String value = row.getOrDefault(rule.column, "");
        String what = rule.column + " of " + row;
        if (value.isEmpty()) {
          assertThat(rule.nulls).as(what).isNotEqualTo(Null.NEVER);
        } else {
          assertThat(value).as(what).matches(rule.form);
        }
        assertThat(value.isEmpty()).as(what).isIn(allowed(rule.nulls, row));
      }
    }
  }

  /** Whether a column may be null in a row: both, if it is free. */
  private static List<Boolean> allowed(Null nulls, Map<String, String> row) {
    boolean usage = "Usage".equals(row.get("ChargeCategory"));
    boolean correction = "Correction".equals(row.get("ChargeClass"));
    return switch (nulls) {
      case NEVER -> List.of(false);
      case MAY -> List.of(true, false);
      case UNLESS_PLAIN_USAGE -> List.of(!usage || correction);
      case UNLESS_USAGE, FOR_CREDITS -> List.of(!usage);
      case WITH_RESOURCE -> List.of("".equals(row.get("ResourceId")));
      case WITH_SUB_ACCOUNT -> List.of("".equals(row.get("SubAccountId")));
    };
  }

  @Test
  void costsAreExactAndCompensationIsCreditedToTheOwner() {
    List<Map<String, String>> rows = rows();
    Map<String, String> usage = rows.get(0);
    Map<String, String> credit = rows.get(1);
    assertThat(usage)
        .containsEntry("BilledCost", "1.234567")
        .containsEntry("ChargeCategory", "Usage")
        .containsEntry("BillingAccountId", "insa")
        .containsEntry("BillingAccountName", "The insa")
        .containsEntry("PricingQuantity", "1050")
        .containsEntry("InvoiceId", "rennes-7")
        .containsEntry("ChargePeriodEnd", "2026-10-01T00:00:00Z")
        .containsEntry("SubAccountName", "'=chat,1")
        .containsEntry("x_EngineSeconds", "1.500000");
    assertThat(credit)
        .containsEntry("BilledCost", "-1.234567")
        .containsEntry("ChargeCategory", "Credit")
        .containsEntry("BillingAccountId", "univ-rennes");
    assertThat(rows.get(2)).containsEntry("PricingUnit", "Seconds");
    assertThat(rows.get(4)).containsEntry("PricingUnit", "Requests");
    assertThat(rows.get(5))
        .containsEntry("BillingPeriodStart", "2026-10-01T00:00:00Z")
        .containsEntry("InvoiceId", "");
    assertThat(rows.get(7))
        .containsEntry("ChargeClass", "Correction")
        .containsEntry("ChargeDescription", "Correction: a \"gift\"");
    assertThat(rows).hasSize(9);
    for (Map<String, String> row : rows) {
      BigDecimal cost = new BigDecimal(row.getOrDefault("BilledCost", ""));
      assertThat(cost.scale()).isEqualTo(6);
      for (String other : List.of("ListCost", "ContractedCost", "EffectiveCost")) {
        assertThat(row).containsEntry(other, row.get("BilledCost"));
      }
    }
  }
}
