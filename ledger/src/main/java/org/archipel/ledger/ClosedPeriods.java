package org.archipel.ledger;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.archipel.ledger.UsageRecord.Place;
import org.jdbi.v3.core.Handle;

/** Which months are closed: what happens to their records later counts in the current month. */
interface ClosedPeriods {
  /** No month is closed. */
  ClosedPeriods NONE = (handle, organization, month) -> false;

  /**
   * Whether an organization's month (UTC) is closed.
   *
   * @param handle the transaction in which that must stay true
   */
  boolean closed(Handle handle, String organization, YearMonth month);

  /** The month (UTC) of a moment. */
  static YearMonth month(Instant at) {
    return YearMonth.from(at.atZone(ZoneOffset.UTC));
  }

  /** The first moment of a month. */
  static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * When something is stated that belongs to a record and happens now: empty when with the record,
   * since nobody whom it concerns has closed its month. A clock that was set back may show a month
   * that is closed too: the first open one after it counts then.
   */
  default Optional<Instant> stated(Handle handle, UsageRecord record, Instant now) {
    Set<String> parties = new HashSet<>();
    parties.add(record.caller().organization());
    record.engine().map(Place::owner).ifPresent(parties::add);
    if (!anyClosed(handle, parties, month(record.startedAt()))) {
      return Optional.empty();
    }
    Instant stated = now;
    while (anyClosed(handle, parties, month(stated))) {
      stated = start(month(stated).plusMonths(1));
    }
    return Optional.of(stated);
  }

  private boolean anyClosed(Handle handle, Set<String> parties, YearMonth month) {
    return parties.stream().anyMatch(party -> closed(handle, party, month));
  }
}
