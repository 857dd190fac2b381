package org.archipel.federation.receipts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.archipel.federation.receipts.ReceiptRows.Row;
import org.archipel.federation.receipts.Verdict.State;
import org.archipel.ledger.Crossing;
import org.archipel.ledger.Crossing.Direction;
import org.archipel.ledger.Crossing.Way;
import org.archipel.ledger.Crossings;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * The receipts that other sites gave this one, each once, and what became of them. Every step is
 * one transaction and may be repeated: a crash at any moment leaves nothing half done. Thread-safe;
 * all methods block.
 */
final class ReceiptBook {
  private static final int STEP = 500;

  private final Database database;
  private final Crossings crossings;
  private final Matching matching;
  private final Duration grace;
  private final Clock clock;

  /**
   * Works on tables that are up to date.
   *
   * @param grace how long a receipt or a record may be missing before that is a dispute
   */
  ReceiptBook(
      Database database, Crossings crossings, Matching matching, Duration grace, Clock clock) {
    this.database = database;
    this.crossings = crossings;
    this.matching = matching;
    this.grace = grace;
    this.clock = clock;
  }

  /** The sequence of a site's last receipt that is here. */
  long last(String site) {
    return database.read(handle -> ReceiptRows.last(handle, site));
  }

  /**
   * Takes a batch; what is there already is left as it is.
   *
   * @param signed the batch as it came, kept as a proof
   * @throws ReceiptException when it does not follow what is there, or changes a receipt
   */
  void take(String site, ReceiptBatch batch, String signed) {
    if (batch.receipts().isEmpty()) {
      return;
    }
    Map<String, Crossing> own = own(site, batch.receipts());
    Instant now = clock.instant();
    database.write(
        handle -> {
          long last = ReceiptRows.last(handle, site);
          if (batch.after() > last) {
            throw new ReceiptException(
                "after: " + batch.after() + " (expected: at most " + last + ", there is a gap)");
          }
          long added = 0;
          for (Crossing receipt : batch.receipts()) {
            if (receipt.sequence() <= last) {
              requireUnchanged(handle, receipt);
            } else {
              Verdict verdict = judge(handle, own, receipt, now);
              ReceiptRows.insert(handle, receipt, verdict, now);
              found(handle, receipt, verdict);
              added++;
            }
          }
          if (added > 0) {
            keep(handle, site, batch, signed, now);
          }
          return added;
        });
  }

  private static void requireUnchanged(Handle handle, Crossing receipt) {
    Optional<Crossing> before =
        ReceiptRows.find(handle, receipt.way().site(), receipt.sequence()).map(Row::receipt);
    if (!before.equals(Optional.of(receipt))) {
      throw new ReceiptException(
          "n: " + receipt.sequence() + " (expected: the receipt that was given before)");
    }
  }

  private static void keep(
      Handle handle, String site, ReceiptBatch batch, String signed, Instant now) {
    handle
        .createUpdate(
            "INSERT INTO peer_receipt_batches (site, first_sequence, last_sequence, signed,"
                + " arrived_at) VALUES (:site, :first, :last, :signed, :now)"
                + " ON CONFLICT (site, first_sequence) DO NOTHING")
        .bind("site", site)
        .bind("first", batch.after() + 1)
        .bind("last", batch.after() + batch.receipts().size())
        .bind("signed", signed)
        .bind("now", ReceiptRows.micros(now))
        .execute();
  }

  /** A receipt that was missed came after all. */
  private static void found(Handle handle, Crossing receipt, Verdict verdict) {
    if (verdict.state() != State.NOTHING) {
      handle.execute(
          "DELETE FROM peer_missing_receipts WHERE site = ? AND request = ?",
          receipt.way().site(),
          receipt.request());
    }
  }

  private Map<String, Crossing> own(String site, List<Crossing> receipts) {
    Set<String> requests = receipts.stream().map(Crossing::request).collect(Collectors.toSet());
    Map<String, Crossing> own = new HashMap<>();
    for (Crossing crossing : crossings.find(new Way(Direction.TAKEN, site), requests)) {
      own.put(crossing.request(), crossing);
    }
    return own;
  }

  private Verdict judge(Handle handle, Map<String, Crossing> own, Crossing receipt, Instant now) {
    if (Matching.claimsNothing(receipt)) {
      return Verdict.NOTHING;
    }
    Optional<Crossing> record = Optional.ofNullable(own.get(receipt.request()));
    if (record.isEmpty()) {
      boolean late = Matching.end(receipt).plus(grace).isBefore(now);
      return late ? Verdict.disputed(Dispute.NO_RECORD) : Verdict.WAITING;
    }
    boolean again =
        ReceiptRows.ofRequest(handle, receipt.way().site(), receipt.request()).stream()
            .anyMatch(
                other ->
                    other.receipt().sequence() != receipt.sequence()
                        && counts(other.verdict().state()));
    return again ? Verdict.disputed(Dispute.DUPLICATE) : matching.judge(record.get(), receipt);
  }

  private static boolean counts(State state) {
    return state == State.SETTLED || state == State.ACCEPTED;
  }

  /** Goes on with what waits: receipts for records, and records for receipts. */
  void settle(String site) {
    long after = 0;
    while (true) {
      long from = after;
      List<Row> waiting =
          database.read(handle -> ReceiptRows.inState(handle, site, State.WAITING, from, STEP));
      if (waiting.isEmpty()) {
        break;
      }
      again(site, waiting.stream().map(Row::receipt).toList());
      after = waiting.getLast().receipt().sequence();
    }
    while (checkRecords(site)) {
      // The next ones.
    }
  }

  private void again(String site, List<Crossing> receipts) {
    Map<String, Crossing> own = own(site, receipts);
    Instant now = clock.instant();
    database.write(
        handle -> {
          int changed = 0;
          for (Crossing receipt : receipts) {
            Verdict verdict = judge(handle, own, receipt, now);
            if (verdict.state() != State.WAITING) {
              ReceiptRows.decide(handle, receipt, verdict, now);
              found(handle, receipt, verdict);
              changed++;
            }
          }
          return changed;
        });
  }

  /**
   * Looks whether records that are old enough have their receipts; false when there are no more.
   */
  private boolean checkRecords(String site) {
    long checked = database.read(handle -> checked(handle, site));
    Instant now = clock.instant();
    Instant old = now.minus(grace);
    List<Crossing> due =
        crossings.list(new Way(Direction.TAKEN, site), checked, STEP).stream()
            .takeWhile(own -> Matching.end(own).isBefore(old))
            .toList();
    if (due.isEmpty()) {
      return false;
    }
    database.write(
        handle -> {
          for (Crossing own : due) {
            check(handle, own, now);
          }
          return handle
              .createUpdate(
                  "INSERT INTO peer_checks (site, checked) VALUES (:site, :checked)"
                      + " ON CONFLICT (site) DO UPDATE SET checked = excluded.checked")
              .bind("site", site)
              .bind("checked", due.getLast().sequence())
              .execute();
        });
    return true;
  }

  private void check(Handle handle, Crossing own, Instant now) {
    boolean claimed = false;
    for (Row row : ReceiptRows.ofRequest(handle, own.way().site(), own.request())) {
      claimed |= row.verdict().state() != State.NOTHING;
      if (row.verdict().reason().equals(Optional.of(Dispute.NO_RECORD))
          && row.verdict().state() == State.DISPUTED) {
        // The record came to the store so late that its receipt was disputed already.
        Verdict verdict = judge(handle, Map.of(own.request(), own), row.receipt(), now);
        ReceiptRows.decide(handle, row.receipt(), verdict, now);
      }
    }
    if (!claimed && Matching.expectsReceipt(own)) {
      handle
          .createUpdate(
              "INSERT INTO peer_missing_receipts (site, request, found_at)"
                  + " VALUES (:site, :request, :now) ON CONFLICT (site, request) DO NOTHING")
          .bind("site", own.way().site())
          .bind("request", own.request())
          .bind("now", ReceiptRows.micros(now))
          .execute();
    }
  }

  private static long checked(Handle handle, String site) {
    return handle
        .createQuery("SELECT checked FROM peer_checks WHERE site = :site")
        .bind("site", site)
        .mapTo(Long.class)
        .findOne()
        .orElse(0L);
  }
}
