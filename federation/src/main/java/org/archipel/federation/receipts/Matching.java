package org.archipel.federation.receipts;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;

/**
 * Holds a receipt against this site's own record of the request. The rule:
 *
 * <ul>
 *   <li>Where both say completed and both counts come from the engine, they are equal to the token.
 *   <li>Where a count is an estimate, or this site saw the request end early, the receipt may say
 *       up to a quarter and {@value #SLACK_TOKENS} tokens more than the own record: what the engine
 *       did until it heard of the end is not seen here.
 *   <li>Time on the engine is at most the time that this site waited, and {@link #SLACK_TIME}.
 *   <li>The price is exactly what the advertised tariff makes of the receipt's own numbers.
 * </ul>
 *
 * Immutable.
 */
final class Matching {
  static final long SLACK_TOKENS = 256;
  static final Duration SLACK_TIME = Duration.ofSeconds(1);

  /** Two clocks may differ by two minutes, as trust allows, and the way takes its time. */
  static final Duration CLOCKS = Duration.ofSeconds(125);

  private static final List<String> CLASSES = List.of("interactive", "standard", "batch");

  private final String house;
  private final BiPredicate<String, String> equivalent;
  private final PeerPrices prices;

  /** What a request of a site was to cost by what the site had advertised until then. */
  @FunctionalInterface
  interface PeerPrices {
    /**
     * The tariff for a receipt.
     *
     * @param heardUntil tariffs that were advertised later do not count
     */
    Optional<Tariff> tariff(Crossing receipt, Instant heardUntil);
  }

  /**
   * @param house the organization whose site this is: charged for those that the other does not
   *     know
   * @param equivalent whether the second, a model of another site, may answer for the first
   */
  Matching(String house, BiPredicate<String, String> equivalent, PeerPrices prices) {
    this.house = house;
    this.equivalent = equivalent;
    this.prices = prices;
  }

  /** Whether a receipt claims nothing: an attempt that came to nothing. */
  static boolean claimsNothing(Crossing receipt) {
    return receipt.outcome() == UsageOutcome.FAILED
        && receipt.price().map(UsageRecord.Price::microCurrency).orElse(0L) == 0;
  }

  /** Whether a record here lets a receipt be expected. */
  static boolean expectsReceipt(Crossing own) {
    UsageRecord.Tokens tokens = own.used().tokens();
    return own.outcome() == UsageOutcome.COMPLETED
        || (!tokens.estimated() && tokens.prompt() + tokens.completion() > 0);
  }

  /** What becomes of a receipt that claims something, beside the own record of its request. */
  Verdict judge(Crossing own, Crossing receipt) {
    if (!own.organization().equals(receipt.organization())
        && !house.equals(receipt.organization())) {
      return Verdict.disputed(Dispute.ORGANIZATION);
    }
    if (!own.model().equals(receipt.model()) && !equivalent.test(own.model(), receipt.model())) {
      return Verdict.disputed(Dispute.MODEL);
    }
    if (CLASSES.indexOf(receipt.serviceClass()) < CLASSES.indexOf(own.serviceClass())) {
      return Verdict.disputed(Dispute.CLASS);
    }
    if (own.outcome() == UsageOutcome.COMPLETED && receipt.outcome() != UsageOutcome.COMPLETED) {
      return Verdict.disputed(Dispute.OUTCOME);
    }
    if (!sameUse(own, receipt)) {
      return Verdict.disputed(Dispute.TOKENS);
    }
    long most = own.used().engineMicros() + micros(SLACK_TIME);
    if (receipt.used().engineMicros() > most) {
      return Verdict.disputed(Dispute.ENGINE_TIME);
    }
    Instant end = end(own).plus(CLOCKS);
    if (receipt.startedAt().isBefore(own.startedAt().minus(CLOCKS))
        || receipt.startedAt().isAfter(end)) {
      return Verdict.disputed(Dispute.TIME);
    }
    return rightPrice(own, receipt) ? Verdict.SETTLED : Verdict.disputed(Dispute.PRICE);
  }

  static Instant end(Crossing own) {
    return own.startedAt().plusNanos(Math.multiplyExact(own.totalMicros(), 1000L));
  }

  private static boolean sameUse(Crossing own, Crossing receipt) {
    UsageRecord.Tokens here = own.used().tokens();
    UsageRecord.Tokens there = receipt.used().tokens();
    if (own.outcome() == UsageOutcome.COMPLETED && !here.estimated() && !there.estimated()) {
      return here.prompt() == there.prompt()
          && here.cached() == there.cached()
          && here.completion() == there.completion()
          && own.used().audioMillis() == receipt.used().audioMillis();
    }
    return there.prompt() <= tolerated(here.prompt())
        && there.completion() <= tolerated(here.completion())
        && (receipt.used().audioMillis() == own.used().audioMillis()
            || own.outcome() != UsageOutcome.COMPLETED);
  }

  private static long tolerated(long count) {
    return count + count / 4 + SLACK_TOKENS;
  }

  private boolean rightPrice(Crossing own, Crossing receipt) {
    if (receipt.price().isEmpty()) {
      return true;
    }
    return prices
        .tariff(receipt, end(own))
        .map(
            tariff ->
                tariff.price(
                    receipt.outcome(),
                    receipt.used().tokens(),
                    receipt.used().engineMicros(),
                    receipt.used().audioMillis()))
        .filter(price -> price.equals(receipt.price().get()))
        .isPresent();
  }

  static long micros(Duration time) {
    return time.toNanos() / 1000;
  }
}
