package org.archipel.control;

import com.linecorp.armeria.common.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.ledger.Correction;
import org.archipel.ledger.UsageLedger;

/** What was changed in accounts. */
final class CorrectionRoutes {
  private final UsageLedger ledger;

  CorrectionRoutes(UsageLedger ledger) {
    this.ledger = ledger;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/corrections", "listCorrections", "Corrections, the latest first")
            .needs(Action.USAGE_READ, Concern.SITE)
            .query("record", "Only those of this record")
            .query("organization", "Only where this organization consumed or owns the engine")
            .pages(CorrectionView.class),
        this::list);
    routes.add(
        Operation.post("/api/v1/corrections", "correctUsage", "Corrects the account of a request")
            .needs(Action.USAGE_CORRECT, Concern.SITE)
            .takes(NewCorrection.class)
            .creates(Made.class)
            .repeatable(),
        this::correct);
  }

  private HttpResponse list(Call call) {
    Optional<UUID> record = call.query("record").map(text -> id("record", text));
    return call.page(
        ledger
            .corrections()
            .list(record, call.query("organization"), call.page())
            .map(CorrectionRoutes::view));
  }

  private HttpResponse correct(Call call) {
    NewCorrection wish = call.body(NewCorrection.class);
    UUID record =
        wish.record()
            .map(text -> id("record", text))
            .orElseThrow(() -> Refusal.badRequest("record: missing (expected: a record's id)"));
    List<Correction> made =
        ledger
            .corrections()
            .correct(
                call.actor(),
                record,
                wish.reason()
                    .orElseThrow(() -> Refusal.badRequest("reason: missing (expected: a text)")),
                new Correction.Difference(
                    wish.promptTokens().orElse(0),
                    wish.cachedTokens().orElse(0),
                    wish.completionTokens().orElse(0)),
                wish.microCurrency().orElse(0));
    return call.created(new Made(made.stream().map(CorrectionRoutes::view).toList()));
  }

  private static UUID id(String field, String text) {
    if (!text.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
      throw Refusal.badRequest(field + ": not an id (expected: a record's id)");
    }
    return UUID.fromString(text);
  }

  static CorrectionView view(Correction correction) {
    return new CorrectionView(
        correction.id(),
        correction.record(),
        correction.kind().name().toLowerCase(Locale.ROOT),
        correction.reason(),
        correction.tokens().prompt(),
        correction.tokens().cached(),
        correction.tokens().completion(),
        correction.microCurrency(),
        correction.currency(),
        correction.tariff(),
        correction.actor().toString(),
        correction.createdAt(),
        correction.countedAt());
  }

  /**
   * Differences; what is not given stays.
   *
   * @param microCurrency an amount that was agreed, beside what the tokens change
   */
  private record NewCorrection(
      Optional<String> record,
      Optional<String> reason,
      OptionalLong promptTokens,
      OptionalLong cachedTokens,
      OptionalLong completionTokens,
      OptionalLong microCurrency) {}

  private record Made(List<CorrectionView> corrections) {}

  /** A correction; its numbers are differences. */
  record CorrectionView(
      UUID id,
      UUID record,
      String kind,
      String reason,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      long microCurrency,
      String currency,
      Optional<String> tariff,
      String actor,
      Instant createdAt,
      Instant countedAt) {}
}
