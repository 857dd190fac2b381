package org.archipel.federation.receipts;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Statements between sites in the database. One that is agreed is never written again. */
final class StatementRows {
  private StatementRows() {}

  /** An agreed statement. */
  record Agreed(
      String site,
      YearMonth month,
      String account,
      String digest,
      String ownSignature,
      String theirSignature,
      Instant agreedAt) {}

  /** What this site signed and the other has not. */
  record Proposal(String account, String signature) {}

  static Optional<Agreed> agreed(Handle handle, String site, YearMonth month) {
    return handle
        .createQuery(
            "SELECT site, month, account, digest, own_signature, their_signature, agreed_at"
                + " FROM peer_statements WHERE site = :site AND month = :month")
        .bind("site", site)
        .bind("month", month.toString())
        .map((row, context) -> read(row))
        .findOne();
  }

  /** Of a site, the latest first. */
  static List<Agreed> all(Handle handle, String site, int most) {
    return handle
        .createQuery(
            "SELECT site, month, account, digest, own_signature, their_signature, agreed_at"
                + " FROM peer_statements WHERE site = :site ORDER BY month DESC LIMIT :most")
        .bind("site", site)
        .bind("most", most)
        .map((row, context) -> read(row))
        .list();
  }

  private static Agreed read(ResultSet row) throws SQLException {
    return new Agreed(
        row.getString("site"),
        YearMonth.parse(row.getString("month")),
        row.getString("account"),
        row.getString("digest"),
        row.getString("own_signature"),
        row.getString("their_signature"),
        Instant.EPOCH.plus(row.getLong("agreed_at"), ChronoUnit.MICROS));
  }

  static Optional<Proposal> proposal(Handle handle, String site, YearMonth month) {
    return handle
        .createQuery(
            "SELECT account, signature FROM peer_proposals WHERE site = :site AND month = :month")
        .bind("site", site)
        .bind("month", month.toString())
        .map((row, context) -> new Proposal(row.getString("account"), row.getString("signature")))
        .findOne();
  }

  static void propose(Handle handle, String site, YearMonth month, Proposal proposal, Instant now) {
    handle
        .createUpdate(
            "INSERT INTO peer_proposals (site, month, account, signature, signed_at)"
                + " VALUES (:site, :month, :account, :signature, :now)")
        .bind("site", site)
        .bind("month", month.toString())
        .bind("account", proposal.account())
        .bind("signature", proposal.signature())
        .bind("now", ReceiptRows.micros(now))
        .execute();
  }

  static void withdraw(Handle handle, String site, YearMonth month) {
    handle.execute(
        "DELETE FROM peer_proposals WHERE site = ? AND month = ?", site, month.toString());
  }

  /** Both have signed: from now on it stands, and what it covers is in it. */
  static void agree(Handle handle, Agreed agreed, Position taken, Position given) {
    handle
        .createUpdate(
            "INSERT INTO peer_statements (site, month, given_through, taken_through, account,"
                + " digest, own_signature, their_signature, agreed_at) VALUES (:site, :month,"
                + " :given, :taken, :account, :digest, :own, :theirs, :now)")
        .bind("site", agreed.site())
        .bind("month", agreed.month().toString())
        .bind("given", given.through())
        .bind("taken", taken.through())
        .bind("account", agreed.account())
        .bind("digest", agreed.digest())
        .bind("own", agreed.ownSignature())
        .bind("theirs", agreed.theirSignature())
        .bind("now", ReceiptRows.micros(agreed.agreedAt()))
        .execute();
    withdraw(handle, agreed.site(), agreed.month());
    cover(handle, agreed, taken);
    for (long carried : given.carried()) {
      handle.execute(
          "DELETE FROM peer_given_disputes WHERE site = ? AND sequence = ?",
          agreed.site(),
          carried);
    }
    for (long disputed : given.disputed()) {
      handle.execute(
          "INSERT INTO peer_given_disputes (site, sequence, month) VALUES (?, ?, ?)",
          agreed.site(),
          disputed,
          agreed.month().toString());
    }
  }

  private static void cover(Handle handle, Agreed agreed, Position taken) {
    handle
        .createUpdate(
            "UPDATE peer_receipts SET statement = :month WHERE site = :site"
                + " AND sequence > :after AND sequence <= :through AND state <> 'disputed'")
        .bind("month", agreed.month().toString())
        .bind("site", agreed.site())
        .bind("after", taken.after())
        .bind("through", taken.through())
        .execute();
    for (long carried : taken.carried()) {
      handle.execute(
          "UPDATE peer_receipts SET statement = ? WHERE site = ? AND sequence = ?",
          agreed.month().toString(),
          agreed.site(),
          carried);
    }
  }
}
