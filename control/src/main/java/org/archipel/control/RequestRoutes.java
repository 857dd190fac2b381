package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.linecorp.armeria.common.HttpResponse;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.archipel.control.Operation.Concern;
import org.archipel.directory.access.Action;
import org.archipel.directory.access.Visible;
import org.archipel.ledger.RequestAccount;
import org.archipel.ledger.UsageLedger;
import org.archipel.ledger.UsageRecord;

/** Single requests, explained. */
final class RequestRoutes {
  private static final Duration USUALLY = Duration.ofDays(1);
  private static final int MICROS = 6;

  private final UsageLedger ledger;
  private final Clock clock;

  RequestRoutes(UsageLedger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  void addTo(Routes routes) {
    routes.add(
        Operation.get(
                "/api/v1/usage/requests/{id}",
                "explainRequest",
                "How a request went and what it cost")
            .path("id", "The record's id, or the x-request-id that its caller gave")
            .needs(Action.USAGE_READ, Concern.LISTED)
            .query("since", "Where callers' ids are looked for: from when on; 24h ago unless given")
            .query("until", "Until when; now unless given")
            .lists(RequestView.class),
        this::explain);
  }

  private HttpResponse explain(Call call) {
    Instant now = clock.instant();
    Visible visible = call.visible();
    Instant since =
        call.query("since")
            .map(t -> TimeParameter.past("since", t, now))
            .orElse(now.minus(USUALLY));
    Instant until =
        call.query("until").map(t -> TimeParameter.past("until", t, now)).orElse(now.plus(USUALLY));
    List<RequestView> found =
        ledger.requests(call.path("id"), since, until).stream()
            .filter(account -> shown(visible, account))
            .map(this::view)
            .toList();
    if (found.isEmpty()) {
      throw Refusal.notFound(
          "there is no such request (expected: a record's id, or an x-request-id between since and"
              + " until)");
    }
    return call.items(found);
  }

  private static boolean shown(Visible visible, RequestAccount account) {
    UsageRecord.Charged caller = account.record().caller();
    return visible.shows(caller.organization(), Optional.of(caller.project()));
  }

  private RequestView view(RequestAccount account) {
    UsageRecord r = account.record();
    String currency =
        r.price().map(UsageRecord.Price::currency).orElse(ledger.tariffs().currency());
    return new RequestView(
        r.id(),
        r.requestId(),
        r.startedAt(),
        r.site(),
        r.servedBy(),
        r.origin().map(UsageRecord.Origin::site),
        r.origin().map(UsageRecord.Origin::request),
        r.caller().organization(),
        r.caller().project(),
        r.caller().key(),
        r.person(),
        r.model(),
        r.engine().map(UsageRecord.Place::engine),
        r.engine().map(UsageRecord.Place::owner),
        Optional.of(r.serviceClass()).filter(word -> !word.isEmpty()),
        r.route(),
        r.streamed(),
        r.outcome().name().toLowerCase(Locale.ROOT),
        r.status(),
        r.errorCode(),
        r.attempts(),
        r.tokens().prompt(),
        r.tokens().cached(),
        r.tokens().completion(),
        r.tokens().estimated(),
        seconds(r.timing().queued()),
        seconds(r.timing().firstByte()),
        seconds(r.timing().total()),
        seconds(r.engineMicros()),
        BigDecimal.valueOf(r.audioMillis(), 3),
        r.price().map(UsageRecord.Price::tariff),
        r.price().map(price -> BigDecimal.valueOf(price.microCurrency(), MICROS)),
        BigDecimal.valueOf(account.microCurrency(currency), MICROS),
        currency,
        account.corrections().stream().map(CorrectionRoutes::view).toList());
  }

  private static BigDecimal seconds(long micros) {
    return BigDecimal.valueOf(micros, MICROS);
  }

  /**
   * A request.
   *
   * @param site whose ledger this is
   * @param servedBy the other site that served it, absent when this one did
   * @param originSite the other site whose request it was, absent for this one's own
   * @param originRequest the id of its record there
   * @param price as it was settled, absent when no tariff was valid for it
   * @param cost with all corrections
   */
  private record RequestView(
      UUID id,
      String requestId,
      Instant startedAt,
      String site,
      Optional<String> servedBy,
      Optional<String> originSite,
      Optional<String> originRequest,
      String organization,
      String project,
      String key,
      Optional<String> person,
      String model,
      Optional<String> engine,
      Optional<String> owner,
      @JsonProperty("class") Optional<String> serviceClass,
      String route,
      boolean streamed,
      String outcome,
      int status,
      Optional<String> errorCode,
      int attempts,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      boolean estimated,
      BigDecimal queuedSeconds,
      BigDecimal firstByteSeconds,
      BigDecimal totalSeconds,
      BigDecimal engineSeconds,
      BigDecimal audioSeconds,
      Optional<String> tariff,
      Optional<BigDecimal> price,
      BigDecimal cost,
      String currency,
      List<CorrectionRoutes.CorrectionView> corrections) {}
}
