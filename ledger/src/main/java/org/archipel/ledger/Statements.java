package org.archipel.ledger;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.archipel.ledger.LedgerException.Kind;
import org.archipel.ledger.Statement.Closing;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;

/**
 * The monthly statements of organizations. A draft is what the ledger says now; closing fixes it
 * for ever, in one transaction, under the next number. What comes later for a closed month
 * (corrections, records that were late) is stated in the month in which it comes. Thread-safe; all
 * methods block.
 */
public final class Statements {
  private static final Duration SHIPPING_LIMIT = Duration.ofSeconds(30);

  /** Moves all durable records to the store. */
  interface CatchUp {
    /** False when it could not be done in time; what came to the store is there all the same. */
    boolean within(Duration limit);
  }

  private final Database database;
  private final AuditLog audit;
  private final Clock clock;
  private final CatchUp catchUp;

  /**
   * Works on tables that are up to date.
   *
   * @param catchUp asked before each answer; only closing insists on it
   */
  Statements(Database database, AuditLog audit, Clock clock, CatchUp catchUp) {
    this.database = database;
    this.audit = audit;
    this.clock = clock;
    this.catchUp = catchUp;
  }

  /** The month (UTC) of a text such as {@code 2026-11}. */
  public static YearMonth month(String text) {
    try {
      YearMonth month = YearMonth.parse(text);
      if (month.getYear() >= 1970 && month.getYear() <= 9999) {
        return month;
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    throw new LedgerException(Kind.INVALID, "month: not one (expected: as in 2026-11)");
  }

  /** The statement of a month: as it was closed, or as it would be now. */
  public StatementDocument show(
      Statement.Issuer issuer, StatementParty organization, YearMonth month) {
    if (find(organization.name(), month).isEmpty()) {
      catchUp.within(SHIPPING_LIMIT);
    }
    return database.read(
        handle -> {
          Optional<ClosedStatement> closed =
              StatementStore.find(handle, organization.name(), month);
          return closed.isPresent()
              ? stored(handle, closed.get())
              : StatementDocument.of(StatementSums.draft(handle, issuer, organization, month));
        });
  }

  private static StatementDocument stored(Handle handle, ClosedStatement closed) {
    return StatementDocument.parse(StatementStore.document(handle, closed.number()))
        .orElseThrow(
            () ->
                new LedgerException(
                    Kind.CONFLICT,
                    "statement " + closed.number() + " was altered (expected: statement verify)"));
  }

  /** A month's closed statement, if it was closed. */
  public Optional<ClosedStatement> find(String organization, YearMonth month) {
    return database.read(handle -> StatementStore.find(handle, organization, month));
  }

  /**
   * Closed statements, the latest first.
   *
   * @param organizations whose; everybody's when empty
   * @param month only of this month
   */
  public Page<ClosedStatement> list(
      Optional<Set<String>> organizations, Optional<YearMonth> month, PageRequest page) {
    Optional<PageCursor> after = page.cursor(1);
    List<ClosedStatement> rows =
        database.read(
            handle -> StatementStore.list(handle, organizations, month, after, page.rows()));
    return Page.of(rows, page, last -> PageCursor.of(last.number()));
  }

  /** Organizations that consumed or contributed in a month and whose statement is not closed. */
  public List<String> open(YearMonth month) {
    catchUp.within(SHIPPING_LIMIT);
    return database.read(
        handle ->
            StatementSums.parties(handle, month).stream()
                .filter(name -> StatementStore.find(handle, name, month).isEmpty())
                .toList());
  }

  /** Whether a month has ended, so that its statements can be closed. */
  public boolean ended(YearMonth month) {
    return !clock.instant().isBefore(ClosedPeriods.start(month.plusMonths(1)));
  }

  /**
   * Closes a month. One that is closed already stays as it is and is returned.
   *
   * @throws LedgerException of kind {@code CONFLICT} when the month has not ended, or records are
   *     still in the journal since the store does not take them
   */
  public ClosedStatement close(
      Actor actor, Statement.Issuer issuer, StatementParty organization, YearMonth month) {
    Optional<ClosedStatement> before = find(organization.name(), month);
    if (before.isPresent()) {
      return before.get();
    }
    if (!ended(month)) {
      throw new LedgerException(
          Kind.CONFLICT, "month: " + month + " has not ended (expected: a month that has, in UTC)");
    }
    if (!catchUp.within(SHIPPING_LIMIT)) {
      throw new LedgerException(
          Kind.CONFLICT, "usage records are still on their way to the store: try again later");
    }
    return database.<ClosedStatement, RuntimeException>write(
        handle ->
            StatementStore.find(handle, organization.name(), month)
                .orElseGet(() -> close(handle, actor, issuer, organization, month)));
  }

  private ClosedStatement close(
      Handle handle,
      Actor actor,
      Statement.Issuer issuer,
      StatementParty organization,
      YearMonth month) {
    Statement draft = StatementSums.draft(handle, issuer, organization, month);
    Optional<ClosedStatement> last = StatementStore.last(handle);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    long number = last.map(ClosedStatement::number).orElse(0L) + 1;
    String previous = last.map(ClosedStatement::sha256).orElse(StatementStore.NO_HASH);
    StatementDocument document =
        StatementDocument.of(draft.closed(new Closing(number, now, previous)));
    ClosedStatement closed =
        new ClosedStatement(number, organization.name(), month, now, actor, document.sha256());
    StatementStore.insert(handle, closed, document.json());
    audit.append(
        handle,
        new AuditEntry(
            actor,
            "statement.close",
            Long.toString(number),
            Optional.of(organization.name()),
            Map.of("month", month.toString(), "sha256", closed.sha256())));
    return closed;
  }

  /**
   * Checks every closed statement: that none is missing, that each is what its hash and the one
   * after it say, and that the ledger's sums still say the same.
   */
  public StatementCheck verify() {
    String previous = StatementStore.NO_HASH;
    long number = 0;
    for (Optional<ClosedStatement> next = after(number); next.isPresent(); next = after(number)) {
      ClosedStatement closed = next.get();
      if (closed.number() != number + 1) {
        return new StatementCheck.Broken(number + 1, "the statement is missing");
      }
      Optional<String> fault = fault(closed, previous);
      if (fault.isPresent()) {
        return new StatementCheck.Broken(closed.number(), fault.get());
      }
      previous = closed.sha256();
      number = closed.number();
    }
    return new StatementCheck.Whole(number, previous);
  }

  private Optional<ClosedStatement> after(long number) {
    return database.read(handle -> StatementStore.after(handle, number));
  }

  private Optional<String> fault(ClosedStatement closed, String previous) {
    return database.read(
        handle -> {
          String json = StatementStore.document(handle, closed.number());
          Optional<StatementDocument> document = StatementDocument.parse(json);
          if (document.filter(d -> d.sha256().equals(closed.sha256())).isEmpty()) {
            return Optional.of("the document is not the one that was closed");
          }
          Statement said = document.get().statement();
          Closing closing = new Closing(closed.number(), closed.closedAt(), previous);
          if (!said.closing().equals(Optional.of(closing))
              || !said.month().equals(closed.month().toString())
              || !said.organization().name().equals(closed.organization())) {
            return Optional.of("the document does not belong here, or the one before it changed");
          }
          Statement now =
              StatementSums.draft(handle, said.issuer(), said.organization(), closed.month());
          return StatementDocument.of(now.closed(closing)).json().equals(json)
              ? Optional.empty()
              : Optional.of("the ledger's sums are not what was closed");
        });
  }
}
