package org.archipel.ledger;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A request that crossed from one site to another, as the record here has it. Names no project, key
 * or person.
 *
 * @param way in which direction, and with which site
 * @param sequence its place among those of its way, from 1 without gaps
 * @param request the id of the record at the origin
 * @param record the id of the record here
 * @param organization who is charged
 * @param model the model's id here
 * @param serviceClass the class, a word
 * @param owner the organization that owns the engine; empty when it ran nowhere
 * @param outcome how it ended
 * @param used what it consumed
 * @param price what it cost; empty when no tariff was valid for it
 * @param startedAt when it arrived here, to the microsecond
 * @param totalMicros from then to its end
 */
public record Crossing(
    Way way,
    long sequence,
    String request,
    UUID record,
    String organization,
    String model,
    String serviceClass,
    String owner,
    UsageOutcome outcome,
    Used used,
    Optional<UsageRecord.Price> price,
    Instant startedAt,
    long totalMicros) {

  /** Who served whom. */
  public enum Direction {
    /** Served here for the other site. */
    GIVEN,
    /** Served by the other site for this one. */
    TAKEN;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A direction and the id of the other site.
   *
   * @param direction who served whom
   * @param site the other site's id
   */
  public record Way(Direction direction, String site) {}

  /**
   * What a request consumed.
   *
   * @param tokens by kind
   * @param engineMicros time on engines; for a request that was taken, from sending it to the end
   *     of its answer
   * @param audioMillis length of the audio that was read
   */
  public record Used(UsageRecord.Tokens tokens, long engineMicros, long audioMillis) {}

  /** The way on which a record's request crossed, if it did. */
  static Optional<Way> way(UsageRecord record) {
    if (record.origin().isPresent()) {
      return Optional.of(new Way(Direction.GIVEN, record.origin().get().site()));
    }
    return record.servedBy().map(site -> new Way(Direction.TAKEN, site));
  }
}
