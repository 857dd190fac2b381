package org.archipel.control;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.archipel.federation.adverts.PeerStanding;
import org.archipel.federation.peers.PeerState;
import org.archipel.federation.receipts.Balance;
import org.archipel.federation.receipts.DisputedRequest;
import org.archipel.federation.receipts.PeerStatement;
import org.archipel.federation.trust.Partner;

/** How other sites and what stands with them are told. */
final class PeerViews {
  private static final int MICROS = 6;
  private static final int NANOS = 9;
  private static final int MILLIS = 3;

  private PeerViews() {}

  static PeerView peer(PeerState state) {
    PeerStanding standing = state.standing();
    Partner partner = standing.partner();
    return new PeerView(
        partner.siteId(),
        partner.name(),
        partner.organization(),
        partner.entityId(),
        partner.state().name().toLowerCase(Locale.ROOT),
        standing.connected(),
        told(standing.trouble()),
        told(state.receiptTrouble()),
        decimal(standing.roundTripNanos(), NANOS),
        decimal(standing.clockAheadMillis(), MILLIS),
        decimal(standing.advertAgeNanos(), NANOS),
        standing.models(),
        standing.credits(),
        standing.carbonGramsPerKwh(),
        partner.marks(),
        partner.labels(),
        partner.chainExpires(),
        state.balances().stream().map(PeerViews::balance).toList());
  }

  private static Optional<String> told(String text) {
    return Optional.of(text).filter(some -> !some.isEmpty());
  }

  private static Optional<BigDecimal> decimal(OptionalLong value, int places) {
    return value.isPresent()
        ? Optional.of(BigDecimal.valueOf(value.getAsLong(), places))
        : Optional.empty();
  }

  private static BigDecimal amount(long microCurrency) {
    return BigDecimal.valueOf(microCurrency, MICROS);
  }

  private static BalanceView balance(Balance balance) {
    return new BalanceView(
        balance.currency(),
        balance.givenRequests(),
        amount(balance.givenMicroCurrency()),
        balance.takenRequests(),
        amount(balance.takenMicroCurrency()),
        balance.disputedRequests(),
        amount(balance.disputedMicroCurrency()),
        balance.waitingRequests(),
        amount(balance.owedMicroCurrency()));
  }

  static DisputeView dispute(DisputedRequest dispute) {
    return new DisputeView(
        dispute.sequence(),
        dispute.request(),
        dispute.reason().word(),
        dispute.at(),
        dispute.own().map(PeerViews::numbers),
        dispute.theirs().map(PeerViews::numbers));
  }

  private static NumbersView numbers(DisputedRequest.Numbers numbers) {
    return new NumbersView(
        numbers.outcome(),
        numbers.promptTokens(),
        numbers.cachedTokens(),
        numbers.completionTokens(),
        BigDecimal.valueOf(numbers.engineMicros(), MICROS),
        decimal(numbers.microCurrency(), MICROS),
        told(numbers.currency()));
  }

  static StatementView statement(PeerStatement statement) {
    return new StatementView(
        statement.site(),
        statement.month().toString(),
        statement.agreedAt(),
        statement.digest(),
        statement.account(),
        statement.ownSignature(),
        statement.theirSignature());
  }

  /** A site. */
  record PeerView(
      String site,
      String name,
      String organization,
      String entityId,
      @JsonPropertyDescription("trusted, suspended or distrusted") String state,
      @JsonPropertyDescription("whether its adverts come in") boolean connected,
      @JsonPropertyDescription("why not") Optional<String> trouble,
      @JsonPropertyDescription("why its receipts are not taken") Optional<String> receiptTrouble,
      Optional<BigDecimal> roundTripSeconds,
      @JsonPropertyDescription("by how much its clock is ahead")
          Optional<BigDecimal> clockAheadSeconds,
      Optional<BigDecimal> advertAgeSeconds,
      @JsonPropertyDescription("what it offers") Set<String> models,
      @JsonPropertyDescription("room for visitors, in normalized prompt tokens") long credits,
      OptionalInt carbonGPerKwh,
      Set<String> marks,
      Set<String> labels,
      @JsonPropertyDescription("when trust ends unless it is renewed") Instant chainExpiresAt,
      List<BalanceView> balances) {}

  /** What stands with a site in one currency. */
  record BalanceView(
      String currency,
      @JsonPropertyDescription("served here for it") long givenRequests,
      BigDecimal given,
      @JsonPropertyDescription("served there, receipts and records agreeing") long takenRequests,
      BigDecimal taken,
      long disputedRequests,
      BigDecimal disputed,
      @JsonPropertyDescription("receipts whose records are not here yet") long waitingRequests,
      @JsonPropertyDescription("what this site owes; negative when the other one owes")
          BigDecimal owed) {}

  /** A request that is disputed. */
  record DisputeView(
      @JsonPropertyDescription("of the receipt, absent when it is missing") OptionalLong sequence,
      @JsonPropertyDescription("the id of this site's record") String request,
      String reason,
      Instant at,
      @JsonPropertyDescription("what this site's record says") Optional<NumbersView> own,
      @JsonPropertyDescription("what the receipt says") Optional<NumbersView> theirs) {}

  /** What one side says of a request. */
  record NumbersView(
      String outcome,
      long promptTokens,
      long cachedTokens,
      long completionTokens,
      BigDecimal engineSeconds,
      Optional<BigDecimal> price,
      Optional<String> currency) {}

  /** A month that two sites have signed. */
  record StatementView(
      String site,
      String month,
      Instant agreedAt,
      @JsonPropertyDescription("SHA-256 of the account") String digest,
      @JsonPropertyDescription("the canonical text that both signed") String account,
      String ownSignature,
      String theirSignature) {}
}
