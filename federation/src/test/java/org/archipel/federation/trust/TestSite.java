package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.archipel.federation.trust.Consortium.Admission;
import org.archipel.federation.trust.Consortium.MemberKind;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditFilter;
import org.archipel.storage.AuditLog;
import org.archipel.storage.AuditRecord;
import org.archipel.storage.Database;
import org.archipel.storage.PageRequest;
import org.archipel.testing.TestDatabase;

/** A whole site's trust behind a real listener; can be stopped and started again. */
final class TestSite implements AutoCloseable {
  static final Actor ACTOR = Actor.system("test");

  private final Path folder;
  private final String id;
  private final TurnedClock clock;
  private final LoopbackServer server = new LoopbackServer();
  private final String url;
  private Database database;
  private TrustRoom room;
  private TrustOptions options;

  /**
   * @param anchor the anchor; empty for a site that is it
   */
  TestSite(Path folder, String id, Optional<TestSite> anchor, TurnedClock clock) {
    this.folder = folder;
    this.id = id;
    this.clock = clock;
    this.url = TestDatabase.url(folder);
    this.options =
        new TrustOptions(
            server.url(),
            new TrustOptions.SiteProfile(id, "Site " + id, "univ-" + id, Set.of(), "1"),
            anchor.map(TestSite::entityId).orElse(server.url()),
            anchor.map(TestSite::publicKeys),
            false,
            Set.of(),
            Duration.ofHours(24));
    this.database = Database.open(url);
    this.room = open();
  }

  private TrustRoom open() {
    SecureRandom random = new SecureRandom();
    SiteKeys keys =
        SiteKeys.open(
            new KeyFile(folder.resolve(id + ".keys")),
            options.entityId(),
            clock,
            options.statementLifetime(),
            random);
    TrustRoom opened =
        new TrustRoom(
            options,
            keys,
            new TrustRoom.Stored(
                database, new AuditLog(database, clock), clock, UUID::randomUUID, new Random(1)));
    server.serve(opened.routes());
    opened.start();
    return opened;
  }

  /** Stops it and starts it again on the same folder and address. */
  void restart() {
    room.close();
    database.close();
    database = Database.open(url);
    room = open();
  }

  /** The same with other options. */
  void restart(TrustOptions other) {
    options = other;
    restart();
  }

  TrustOptions options() {
    return options;
  }

  String entityId() {
    return server.url();
  }

  LoopbackServer server() {
    return server;
  }

  TrustRoom room() {
    return room;
  }

  Trust trust() {
    return room.trust();
  }

  JWKSet publicKeys() {
    return TrustStore.jwks(room.publicKeys());
  }

  void found() {
    room.found(ACTOR, MemberKind.CONTRIBUTOR);
  }

  void admit(TestSite site) throws InterruptedException {
    room.admit(
        ACTOR,
        new Admission(
            site.entityId(), site.id, "Site " + site.id, "univ-" + site.id, MemberKind.CONTRIBUTOR),
        Optional.empty());
  }

  boolean trusts(TestSite other) {
    return trust().partner(other.entityId()).filter(Partner::trusted).isPresent();
  }

  List<String> audited() {
    return new AuditLog(database, clock)
        .entries(AuditFilter.ALL, PageRequest.FIRST).items().stream()
            .map(AuditRecord::entry)
            .map(entry -> entry.action() + " " + entry.subject())
            .toList();
  }

  @Override
  public void close() {
    room.close();
    server.close();
    database.close();
  }
}
