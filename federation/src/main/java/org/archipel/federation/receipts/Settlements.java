package org.archipel.federation.receipts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.archipel.federation.exchange.Introductions;
import org.archipel.federation.exchange.PartnerRoute;
import org.archipel.federation.exchange.PeerClient;
import org.archipel.federation.exchange.PeerException;
import org.archipel.federation.http.PublicAnswer;
import org.archipel.federation.http.PublicRequest;
import org.archipel.federation.http.PublicRoute;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;
import org.archipel.ledger.Crossings;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this site and others owe each other: gives receipts to partners, takes theirs, settles them
 * against its own records and agrees on months. Thread-safe; all methods block.
 */
public final class Settlements {
  private static final Logger LOG = LoggerFactory.getLogger(Settlements.class);
  private static final String STATEMENTS = "/federation/statements";
  private static final int MOST_BATCH = 1024 * 1024;
  private static final int MOST_SIGNED = 512 * 1024;
  private static final String JWT = "application/jwt";

  private final Self self;
  private final Books books;
  private final Trust trust;
  private final TariffBook tariffs;
  private final ReceiptBook book;
  private final ReceiptTaking taking;
  private final ReceiptDesk desk;
  private final StatementDesk statements;
  private final Balances balances;
  private final Map<String, String> troubles = new ConcurrentHashMap<>();

  /**
   * Who this site is.
   *
   * @param site its id
   * @param organization whose site it is
   * @param grace how long a receipt or a record may be missing before that is a dispute, and how
   *     long a month stays open after its end
   */
  public record Self(SiteIdentity identity, String site, String organization, Duration grace) {}

  /** Where things are kept. */
  public record Books(Database database, AuditLog audit, Crossings crossings, Clock clock) {}

  /**
   * Works on tables that are up to date.
   *
   * @param equivalent whether the second, a model of another site, may answer for the first
   */
  public Settlements(
      Self self,
      Books books,
      Trust trust,
      TariffBook tariffs,
      BiPredicate<String, String> equivalent) {
    this.self = self;
    this.books = books;
    this.trust = trust;
    this.tariffs = tariffs;
    Matching matching = new Matching(self.organization, equivalent, tariffs);
    this.book = new ReceiptBook(books.database, books.crossings, matching, self.grace, books.clock);
    this.taking = new ReceiptTaking(trust, self.identity.entityId(), book);
    this.desk = new ReceiptDesk(self.identity, books.crossings, books.clock);
    this.statements =
        new StatementDesk(
            self.identity,
            trust,
            books.database,
            new Positions(self.site, books.database, books.crossings),
            self.grace,
            books.clock);
    this.balances = new Balances(books.database, books.crossings, books.clock);
  }

  /** What partners may ask of this site. */
  public PublicRoutes routes(Introductions introductions) {
    PublicRoute receipts = new PartnerRoute(introductions, desk::serve);
    PublicRoute position = new PartnerRoute(introductions, this::servePosition);
    PublicRoute countersign = new PartnerRoute(introductions, this::serveCountersign);
    return (method, path) ->
        switch (method + " " + path) {
          case "GET " + ReceiptDesk.PATH -> Optional.of(receipts);
          case "GET " + STATEMENTS -> Optional.of(position);
          case "POST " + STATEMENTS -> Optional.of(countersign);
          default -> Optional.empty();
        };
  }

  private void servePosition(Partner partner, PublicRequest request, PublicAnswer answer) {
    answer(
        answer,
        () ->
            statements.position(
                partner, AccountReader.month(request.parameter("month").orElse(""))));
  }

  private void serveCountersign(Partner partner, PublicRequest request, PublicAnswer answer)
      throws IOException {
    if (!proposes(partner.siteId(), self.site)) {
      PartnerRoute.refuse(answer, 409, "other_proposes");
      return;
    }
    String signed = new String(request.body(), StandardCharsets.US_ASCII);
    answer(answer, () -> statements.countersign(partner, signed));
  }

  /** One of two sites proposes, always the same: two proposals could be agreed at once. */
  private static boolean proposes(String proposer, String other) {
    return proposer.compareTo(other) < 0;
  }

  private static void answer(PublicAnswer answer, Supplier<String> signed) {
    try {
      answer.respond(200, JWT, signed.get().getBytes(StandardCharsets.US_ASCII));
    } catch (StatementException e) {
      LOG.info("a statement is not agreed: {}", e.getMessage());
      PartnerRoute.refuse(answer, 409, e.reason());
    } catch (DistrustException e) {
      PartnerRoute.refuse(answer, 401, e.reason().word());
    }
  }

  /** Takes a partner's new receipts and goes on with what waits. A failure is told by trouble. */
  public void exchange(Partner partner, PeerClient client) throws InterruptedException {
    try {
      long taken =
          taking.takeAll(
              partner,
              after ->
                  new String(
                      client.get(partner, ReceiptDesk.PATH, "after=" + after, MOST_BATCH),
                      StandardCharsets.US_ASCII));
      LOG.debug("{} receipts of {}", taken, partner.siteId());
      troubles.remove(partner.siteId());
    } catch (PeerException | ReceiptException | DistrustException e) {
      String trouble = String.valueOf(e.getMessage());
      Optional<String> before = Optional.ofNullable(troubles.put(partner.siteId(), trouble));
      if (!before.equals(Optional.of(trouble))) {
        LOG.warn("receipts of {} are not taken: {}", partner.siteId(), trouble);
      }
    }
    book.settle(partner.siteId());
  }

  /** Why a partner's receipts are not taken; empty when they are. */
  public String trouble(String site) {
    return troubles.getOrDefault(site, "");
  }

  /**
   * Agrees with a partner on a month, if it is this site that proposes.
   *
   * @throws StatementException when the two do not count the same, or the other one proposes
   * @throws PeerException when it cannot be asked, or refuses
   */
  public PeerStatement agree(Partner partner, YearMonth month, PeerClient client)
      throws PeerException, InterruptedException {
    Optional<PeerStatement> before = statement(partner.siteId(), month);
    if (before.isPresent()) {
      return before.get();
    }
    if (!proposes(self.site, partner.siteId())) {
      throw new StatementException(
          "other_proposes", partner.siteId() + " proposes (expected: to wait for it)");
    }
    try {
      return PeerStatement.of(statements.agree(partner, month, asking(partner, client)));
    } catch (PeerException e) {
      if (e.status() == 409) {
        // It counts something else and has not signed: the next proposal is counted anew.
        statements.withdraw(partner.siteId(), month);
      }
      throw e;
    }
  }

  private static StatementDesk.Other<PeerException> asking(Partner partner, PeerClient client) {
    return new StatementDesk.Other<>() {
      @Override
      public String position(YearMonth month) throws PeerException, InterruptedException {
        return new String(
            client.get(partner, STATEMENTS, "month=" + month, MOST_SIGNED),
            StandardCharsets.US_ASCII);
      }

      @Override
      public String agree(String signed) throws PeerException, InterruptedException {
        return new String(
            client.post(
                partner, STATEMENTS, JWT, signed.getBytes(StandardCharsets.US_ASCII), MOST_SIGNED),
            StandardCharsets.US_ASCII);
      }
    };
  }

  /** The statement with a site for a month, if it is agreed. */
  public Optional<PeerStatement> statement(String site, YearMonth month) {
    return books
        .database
        .<Optional<StatementRows.Agreed>, RuntimeException>read(
            handle -> StatementRows.agreed(handle, site, month))
        .map(PeerStatement::of);
  }

  /** The statements with a site, the latest first. */
  public List<PeerStatement> statements(String site, int most) {
    return books
        .database
        .<List<StatementRows.Agreed>, RuntimeException>read(
            handle -> StatementRows.all(handle, site, most))
        .stream()
        .map(PeerStatement::of)
        .toList();
  }

  /** What stands between this site and another, by currency. */
  public List<Balance> balances(String site) {
    return balances.of(site);
  }

  /** The factor of a site's organization in the share of engines, from a half to two. */
  public double contribution(String site) {
    return balances.contribution(site);
  }

  /** Disputed receipts of a site in sequence, after a given one. */
  public List<DisputedRequest> disputes(String site, long after, int most) {
    return balances.disputes(site, after, most);
  }

  /** Requests taken from a site for which no receipt came, by their ids, after a given one. */
  public List<DisputedRequest> missing(String site, String after, int most) {
    return balances.missing(site, after, most);
  }

  /**
   * Accepts a disputed receipt as it is: it counts, and is in the next statement.
   *
   * @return false when there is no such dispute
   */
  public boolean accept(Actor actor, String site, long sequence) {
    return books.database.write(
        handle -> {
          Optional<ReceiptRows.Row> row =
              ReceiptRows.find(handle, site, sequence)
                  .filter(found -> found.verdict().state() == Verdict.State.DISPUTED);
          if (row.isEmpty()) {
            return false;
          }
          Verdict accepted = new Verdict(Verdict.State.ACCEPTED, row.get().verdict().reason());
          ReceiptRows.decide(handle, row.get().receipt(), accepted, books.clock.instant());
          books.audit.append(
              handle,
              new AuditEntry(
                  actor, "receipt.accept", site + "/" + sequence, Optional.empty(), Map.of()));
          return true;
        });
  }

  /** What others ask for their services. */
  public TariffBook tariffs() {
    return tariffs;
  }

  /** The partners with whom this site exchanges receipts now. */
  public List<Partner> partners() {
    return trust.partners().stream().filter(Partner::trusted).toList();
  }
}
