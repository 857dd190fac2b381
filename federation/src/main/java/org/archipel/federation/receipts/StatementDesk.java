package org.archipel.federation.receipts;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.archipel.federation.receipts.StatementRows.Agreed;
import org.archipel.federation.receipts.StatementRows.Proposal;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;
import org.archipel.federation.trust.Verified;
import org.archipel.storage.Database;
import org.jdbi.v3.core.Handle;

/**
 * Agrees with another site on a month. One asks the other for its position, checks it, signs the
 * account of both and proposes it; the other checks the same and signs too. Each step may be
 * repeated after a crash of either: a proposal is kept and sent again as it was, and what is agreed
 * is answered again with the same signature. Thread-safe; all methods block.
 */
final class StatementDesk {
  /** The {@code typ} of a site's position. */
  static final String POSITION = "archipel-position+jwt";

  /** The {@code typ} of a signed account. */
  static final String STATEMENT = "archipel-statement+jwt";

  private static final Duration LIFETIME = Duration.ofMinutes(10);

  private final SiteIdentity identity;
  private final Trust trust;
  private final Database database;
  private final Positions positions;
  private final Duration grace;
  private final Clock clock;

  /**
   * @param grace how long after its end a month is left open for what is late
   */
  StatementDesk(
      SiteIdentity identity,
      Trust trust,
      Database database,
      Positions positions,
      Duration grace,
      Clock clock) {
    this.identity = identity;
    this.trust = trust;
    this.database = database;
    this.positions = positions;
    this.grace = grace;
    this.clock = clock;
  }

  /** Asks the other site; either may fail to be reached. */
  interface Other<X extends Exception> {
    /** Its signed position for a month. */
    String position(YearMonth month) throws X, InterruptedException;

    /** Its signature under an account that this site has signed. */
    String agree(String signed) throws X, InterruptedException;
  }

  /** This site's signed position, for the other one. */
  String position(Partner partner, YearMonth month) {
    Optional<Agreed> agreed =
        database.read(handle -> StatementRows.agreed(handle, partner.siteId(), month));
    Position own =
        agreed.isPresent()
            ? of(AccountReader.account(agreed.get().account()), partner.siteId())
            : open(month, () -> positions.taken(partner.siteId(), month));
    return sign(partner, POSITION, "position", Account.text(own));
  }

  private Position open(YearMonth month, Supplier<Position> position) {
    if (clock.instant().isBefore(Positions.end(month).plus(grace))) {
      throw new StatementException(
          "month_open", "month: " + month + " (expected: one that has ended, and the grace)");
    }
    return position.get();
  }

  /** The position in an account that says what was taken from a site. */
  private static Position of(Account account, String serving) {
    return account.positions().stream()
        .filter(position -> position.serving().equals(serving))
        .findFirst()
        .orElseThrow(() -> new StatementException("malformed", "no position of " + serving));
  }

  private String sign(Partner partner, String typ, String claim, String text) {
    return identity.sign(
        typ,
        new JWTClaimsSet.Builder()
            .audience(partner.entityId())
            .expirationTime(Date.from(clock.instant().plus(LIFETIME)))
            .claim(claim, text)
            .build());
  }

  /**
   * Agrees with another site on a month.
   *
   * @throws StatementException when the two do not count the same
   */
  <X extends Exception> Agreed agree(Partner partner, YearMonth month, Other<X> other)
      throws X, InterruptedException {
    String site = partner.siteId();
    Optional<Agreed> before = database.read(handle -> StatementRows.agreed(handle, site, month));
    if (before.isPresent()) {
      return before.get();
    }
    Proposal proposal = proposal(partner, month, other);
    // A signature holds ten minutes; the account under it stays the same.
    String signed = sign(partner, STATEMENT, "account", proposal.account());
    String theirs = other.agree(signed);
    if (!account(partner, theirs).equals(proposal.account())) {
      throw new StatementException("differs", "the other site signed another account");
    }
    Account account = AccountReader.account(proposal.account());
    return database.write(
        handle ->
            StatementRows.agreed(handle, site, month)
                .orElseGet(
                    () -> stored(handle, site, account, proposal.account(), signed, theirs)));
  }

  private <X extends Exception> Proposal proposal(Partner partner, YearMonth month, Other<X> other)
      throws X, InterruptedException {
    String site = partner.siteId();
    Optional<Proposal> kept = database.read(handle -> StatementRows.proposal(handle, site, month));
    if (kept.isPresent()) {
      return kept.get();
    }
    Position own = open(month, () -> positions.taken(site, month));
    String said = said(partner, POSITION, "position", other.position(month));
    Position theirs = AccountReader.position(said);
    return database.write(
        handle -> {
          positions.check(handle, site, month, theirs);
          Account account = new Account(month, List.of(own, theirs));
          Proposal proposal =
              new Proposal(account.text(), sign(partner, STATEMENT, "account", account.text()));
          StatementRows.propose(handle, site, month, proposal, clock.instant());
          return proposal;
        });
  }

  /** Takes a proposal back, so that the next one counts anew. */
  void withdraw(String site, YearMonth month) {
    database.write(
        handle -> {
          StatementRows.withdraw(handle, site, month);
          return month;
        });
  }

  /**
   * Another site proposes an account: this site's signature under it.
   *
   * @throws StatementException when this site counts something else
   */
  String countersign(Partner partner, String signed) {
    String site = partner.siteId();
    String text = account(partner, signed);
    Account account = AccountReader.account(text);
    Optional<Agreed> before =
        database.read(handle -> StatementRows.agreed(handle, site, account.month()));
    if (before.isEmpty()) {
      Position own = open(account.month(), () -> positions.taken(site, account.month()));
      String signature = sign(partner, STATEMENT, "account", text);
      database.write(
          handle -> {
            if (StatementRows.agreed(handle, site, account.month()).isPresent()) {
              return false;
            }
            if (!of(account, site).equals(own)) {
              throw new StatementException("differs", "what was taken: another than counted here");
            }
            Position theirs = of(account, own.origin());
            positions.check(handle, site, account.month(), theirs);
            Agreed _ = stored(handle, site, account, text, signature, signed);
            return true;
          });
      return signature;
    }
    if (!before.get().account().equals(text)) {
      throw new StatementException(
          "already_agreed", "month: " + account.month() + " (expected: the account agreed on)");
    }
    return sign(partner, STATEMENT, "account", text);
  }

  private Agreed stored(
      Handle handle, String site, Account account, String text, String own, String theirs) {
    Instant now = clock.instant();
    Agreed agreed = new Agreed(site, account.month(), text, Account.digest(text), own, theirs, now);
    Position taken = of(account, site);
    StatementRows.agree(handle, agreed, taken, of(account, taken.origin()));
    return agreed;
  }

  private String account(Partner partner, String signed) {
    return said(partner, STATEMENT, "account", signed);
  }

  private String said(Partner partner, String typ, String claim, String signed) {
    Verified said = trust.verify(signed, typ, identity.entityId());
    if (!said.partner().entityId().equals(partner.entityId())) {
      throw new DistrustException(Distrust.BROKEN_LINK, "signed by another site");
    }
    if (said.claims().getClaim(claim) instanceof String text) {
      return text;
    }
    throw new StatementException("malformed", claim + ": missing");
  }
}
