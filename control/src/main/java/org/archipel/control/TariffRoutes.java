package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.linecorp.armeria.common.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.ledger.Rates;
import org.archipel.ledger.Repricing;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.TariffSelector;
import org.archipel.ledger.Tariffs;
import org.archipel.ledger.UsageLedger;

/** What requests cost. */
final class TariffRoutes {
  private static final int REPRICED_AT_ONCE = 5_000;

  private final UsageLedger ledger;
  private final Clock clock;

  TariffRoutes(UsageLedger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get("/api/v1/tariffs", "listTariffs", "Tariffs, those that begin last first")
            .needs(Action.TARIFF_READ, Concern.SITE)
            .pages(TariffView.class),
        call -> call.page(ledger.tariffs().list(call.page()).map(TariffRoutes::view)));
    routes.add(
        Operation.post("/api/v1/tariffs", "addTariff", "Adds a tariff")
            .needs(Action.TARIFF_CHANGE, Concern.SITE)
            .takes(NewTariff.class)
            .creates(TariffView.class)
            .repeatable(),
        this::add);
    routes.add(
        Operation.get("/api/v1/tariffs/{id}", "getTariff", "One tariff")
            .path("id", "The tariff's id")
            .needs(Action.TARIFF_READ, Concern.SITE)
            .answers(TariffView.class)
            .tagged(),
        this::show);
    routes.add(
        Operation.post("/api/v1/tariffs/{id}/end", "endTariff", "Gives a tariff another end")
            .path("id", "The tariff's id")
            .needs(Action.TARIFF_CHANGE, Concern.SITE)
            .takes(End.class)
            .answers(TariffView.class)
            .tagged()
            .conditional(),
        this::end);
    routes.add(
        Operation.post(
                "/api/v1/repricing",
                "repriceUsage",
                "Prices records anew under the tariffs as they are, a part at a time")
            .needs(Action.USAGE_CORRECT, Concern.SITE)
            .takes(Reprice.class)
            .answers(Repriced.class),
        this::reprice);
  }

  private HttpResponse add(Call call) {
    NewTariff wish = call.body(NewTariff.class);
    Instant now = clock.instant();
    Tariffs tariffs = ledger.tariffs();
    Tariff added =
        tariffs.add(
            call.actor(),
            wish.selector(),
            wish.rates(),
            wish.validFrom().map(t -> TimeParameter.future("valid_from", t, now)).orElse(now),
            wish.validUntil().map(t -> TimeParameter.future("valid_until", t, now)));
    return call.created(view(added), added.version());
  }

  private HttpResponse show(Call call) {
    Tariff tariff =
        ledger
            .tariffs()
            .find(call.path("id"))
            .orElseThrow(() -> Refusal.notFound("there is no such tariff"));
    return call.answer(view(tariff), tariff.version());
  }

  private HttpResponse end(Call call) {
    Instant now = clock.instant();
    Instant at = call.body(End.class).at().map(t -> TimeParameter.future("at", t, now)).orElse(now);
    Tariff ended = ledger.tariffs().end(call.actor(), call.path("id"), at, call.expected());
    return call.answer(view(ended), ended.version());
  }

  private HttpResponse reprice(Call call) {
    Reprice wish = call.body(Reprice.class);
    Instant now = clock.instant();
    Instant since =
        wish.since()
            .map(t -> TimeParameter.past("since", t, now))
            .orElseThrow(() -> Refusal.badRequest("since: missing (expected: a time)"));
    Instant until = wish.until().map(t -> TimeParameter.past("until", t, now)).orElse(now);
    int limit = wish.limit().orElse(REPRICED_AT_ONCE);
    if (limit < 1 || limit > REPRICED_AT_ONCE) {
      throw Refusal.badRequest("limit: " + limit + " (expected: 1 to " + REPRICED_AT_ONCE + ")");
    }
    Repricing done =
        ledger
            .corrections()
            .reprice(
                call.actor(),
                new Repricing.Scope(since, until, wish.model()),
                wish.reason().orElse("tariffs changed"),
                wish.after(),
                limit);
    return call.answer(
        new Repriced(done.records(), done.corrections(), until, done.microCurrency(), done.next()));
  }

  private static TariffView view(Tariff tariff) {
    TariffSelector applies = tariff.applies();
    Rates rates = tariff.rates();
    return new TariffView(
        tariff.id(),
        tariff.version(),
        applies.model(),
        applies.owner(),
        applies.serviceClass(),
        applies.organization(),
        applies.organizationKind(),
        rates.promptPerMillion(),
        rates.cachedPerMillion(),
        rates.completionPerMillion(),
        rates.perEngineSecond(),
        rates.perAudioSecond(),
        rates.perRequest(),
        tariff.currency(),
        tariff.validFrom(),
        tariff.validUntil());
  }

  /**
   * Rates are in millionths of the currency: for a million tokens, a second, a request. What is not
   * given costs nothing, but cached tokens, which then cost what others of the prompt do.
   */
  private record NewTariff(
      Optional<String> model,
      Optional<String> owner,
      @JsonProperty("class") Optional<String> serviceClass,
      Optional<String> organization,
      Optional<String> organizationKind,
      OptionalLong prompt,
      OptionalLong cached,
      OptionalLong completion,
      OptionalLong engineSecond,
      OptionalLong audioSecond,
      OptionalLong request,
      Optional<String> validFrom,
      Optional<String> validUntil) {
    TariffSelector selector() {
      if (organization.isPresent() && organizationKind.isPresent()) {
        throw Refusal.badRequest("organization_kind: with organization (expected: one of them)");
      }
      return new TariffSelector(model, owner, serviceClass, organization, organizationKind);
    }

    Rates rates() {
      return new Rates(
          rate("prompt", prompt),
          rate("cached", cached.isPresent() ? cached : prompt),
          rate("completion", completion),
          rate("engine_second", engineSecond),
          rate("audio_second", audioSecond),
          rate("request", request));
    }

    private static long rate(String field, OptionalLong given) {
      long rate = given.orElse(0);
      if (rate < 0 || rate > Rates.MAX) {
        throw Refusal.badRequest(field + ": " + rate + " (expected: 0 to " + Rates.MAX + ")");
      }
      return rate;
    }
  }

  private record End(Optional<String> at) {}

  private record Reprice(
      Optional<String> since,
      Optional<String> until,
      Optional<String> model,
      Optional<String> reason,
      Optional<String> after,
      OptionalInt limit) {}

  /**
   * What a part of the work did.
   *
   * @param until the end of the time: the same for the parts that follow
   * @param next the after of the next part; absent when all is done
   */
  private record Repriced(
      long records,
      long corrections,
      Instant until,
      Map<String, Long> microCurrency,
      Optional<String> next) {}

  private record TariffView(
      String id,
      long version,
      Optional<String> model,
      Optional<String> owner,
      @JsonProperty("class") Optional<String> serviceClass,
      Optional<String> organization,
      Optional<String> organizationKind,
      long prompt,
      long cached,
      long completion,
      long engineSecond,
      long audioSecond,
      long request,
      String currency,
      Instant validFrom,
      Optional<Instant> validUntil) {}
}
