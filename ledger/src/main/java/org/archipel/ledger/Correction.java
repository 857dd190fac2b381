package org.archipel.ledger;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.archipel.storage.Actor;

/**
 * What was changed afterwards in what a record says; the record itself never changes.
 *
 * @param id UUIDv7
 * @param record the record's id
 * @param kind what sort of change
 * @param reason for people, 1 to 500 characters
 * @param tokens the differences, each of which may be negative
 * @param microCurrency the difference in price, may be negative
 * @param currency of the difference; empty when the price stays
 * @param tariff which one the price is by from now on; empty when it is by none
 * @param actor who did it
 * @param createdAt when
 * @param countedAt when it counts in sums: when the record did, or when it was made if a statement
 *     with the record was closed
 */
public record Correction(
    UUID id,
    UUID record,
    Kind kind,
    String reason,
    Difference tokens,
    long microCurrency,
    String currency,
    Optional<String> tariff,
    Actor actor,
    Instant createdAt,
    Instant countedAt) {

  /** What sort of change. */
  public enum Kind {
    /** The counts were wrong; the price follows them. */
    TOKENS,
    /** The tariff was wrong. */
    REPRICING,
    /** Agreed by people; repricing leaves it alone. */
    AMOUNT
  }

  /** Differences of tokens. */
  public record Difference(long prompt, long cached, long completion) {
    /** None. */
    public static final Difference NONE = new Difference(0, 0, 0);
  }
}
