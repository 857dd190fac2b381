package org.archipel.control;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.archipel.federation.adverts.ShareRules;
import org.archipel.federation.adverts.SiteOffer;
import org.archipel.federation.peers.PeerOptions;
import org.archipel.federation.peers.Peers;
import org.archipel.federation.trust.Distrust;
import org.archipel.federation.trust.DistrustException;
import org.archipel.federation.trust.Partner;
import org.archipel.federation.trust.SiteIdentity;
import org.archipel.federation.trust.Trust;
import org.archipel.federation.trust.Verified;
import org.archipel.ledger.UsageLedger;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;

/** A site with one partner, lille, that nobody can reach: with a month agreed and disputes. */
final class PeerFixture implements AutoCloseable {
  static final String SITE = "lille";
  private static final Partner LILLE =
      new Partner(
          "http://127.0.0.1:1",
          SITE,
          "Université de Lille",
          "univ-lille",
          Set.of("member"),
          Set.of("hds"),
          Instant.parse("2027-01-01T00:00:00Z"),
          Partner.State.TRUSTED);

  private final Database database;
  private final Peers peers;
  private long drawn;

  PeerFixture(SiteIdentity identity, Database database, AuditLog audit, UsageLedger ledger) {
    this(identity, database, audit, ledger, Clock.systemUTC());
  }

  private PeerFixture(
      SiteIdentity identity, Database database, AuditLog audit, UsageLedger ledger, Clock clock) {
    this.database = database;
    this.peers =
        Peers.start(
            new PeerOptions(
                "rennes", "univ-rennes", ShareRules.ALL, Duration.ofHours(1), Duration.ofHours(1)),
            new Peers.Known(identity, new OnlyLille()),
            new Peers.Stored(database, audit, ledger.crossings()),
            new Peers.Own(
                () -> new SiteOffer(Map.of(), List.of(), OptionalInt.empty()),
                organization -> Optional.empty(),
                model -> Set.of()),
            new Peers.Times(clock, System::nanoTime, 1));
    agree();
  }

  Peers peers() {
    return peers;
  }

  private void agree() {
    database.<Integer, RuntimeException>write(
        handle ->
            handle.execute(
                "INSERT INTO peer_statements (site, month, given_through, taken_through, account,"
                    + " digest, own_signature, their_signature, agreed_at)"
                    + " VALUES ('lille', '2026-10', 0, 0, '{}', 'd', 'o', 't', 1)"));
  }

  /** The sequence of a receipt that is disputed. */
  String dispute() {
    long sequence = ++drawn;
    database.<Integer, RuntimeException>write(
        handle ->
            handle.execute(
                "INSERT INTO peer_receipts (site, sequence, request, record_id, organization,"
                    + " model, service_class, engine_owner, outcome, prompt_tokens, cached_tokens,"
                    + " completion_tokens, estimated, engine_micros, audio_millis, tariff,"
                    + " micro_currency, currency, started_at, total_micros, arrived_at, state,"
                    + " reason) VALUES ('lille', ?, ?, '01900000-0000-7000-8000-000000000001',"
                    + " 'insa', 'm', 'batch', 'univ-lille', 'completed', 5, 0, 7, 0, 9, 0, 't',"
                    + " 1500000, 'EUR', 1, 1, 1, 'disputed', 'tokens')",
                sequence,
                "request-" + sequence));
    return Long.toString(sequence);
  }

  private static final class OnlyLille implements Trust {
    @Override
    public Verified verify(String compactJws, String typ, String audience) {
      throw new DistrustException(Distrust.UNKNOWN_PARTNER, "a test");
    }

    @Override
    public Verified verifyOnce(String compactJws, String typ, String audience) {
      throw new DistrustException(Distrust.UNKNOWN_PARTNER, "a test");
    }

    @Override
    public Optional<Partner> partner(String entityId) {
      return Optional.of(LILLE).filter(partner -> partner.entityId().equals(entityId));
    }

    @Override
    public List<Partner> partners() {
      return List.of(LILLE);
    }

    @Override
    public Runnable subscribe(Consumer<Partner> listener) {
      return () -> {};
    }
  }

  @Override
  public void close() {
    peers.close();
  }
}
