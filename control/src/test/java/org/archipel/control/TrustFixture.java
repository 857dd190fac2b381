package org.archipel.control;

import com.nimbusds.jwt.JWTClaimsSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.archipel.federation.trust.Consortium.Admission;
import org.archipel.federation.trust.Consortium.MemberKind;
import org.archipel.federation.trust.KeyFile;
import org.archipel.federation.trust.SiteKeys;
import org.archipel.federation.trust.TrustOptions;
import org.archipel.federation.trust.TrustRoom;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;

/** The trust of a site that is an anchor, and any number of entities that it may admit. */
final class TrustFixture implements AutoCloseable {
  private final Path folder;
  private final Database database;
  private final Clock clock;
  private final TrustRoom room;
  private final HttpServer entities;
  private int drawn;

  TrustFixture(Path folder, Database database, AuditLog audit, Clock clock) {
    this.folder = folder;
    this.database = database;
    this.clock = clock;
    String own = "http://127.0.0.1:1";
    TrustOptions options =
        new TrustOptions(
            own,
            new TrustOptions.SiteProfile("rennes", "Rennes", "univ-rennes", Set.of(), "1"),
            own,
            Optional.empty(),
            false,
            Set.of(),
            Duration.ofHours(24));
    this.room =
        new TrustRoom(
            options,
            keys("own", own),
            new TrustRoom.Stored(database, audit, clock, UUID::randomUUID, new Random(1)));
    try {
      this.entities =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    entities.createContext("/", this::serve);
    entities.start();
  }

  TrustRoom room() {
    return room;
  }

  /** Makes the consortium, or makes sure that there is none. */
  void founded(boolean wanted) {
    if (wanted && !room.consortium().founded()) {
      room.found(Actor.token(), MemberKind.CONTRIBUTOR);
    } else if (!wanted) {
      database.<Boolean, RuntimeException>write(
          handle -> {
            handle.execute("DELETE FROM consortium_mark");
            handle.execute("DELETE FROM consortium_member");
            handle.execute("DELETE FROM consortium");
            handle.execute("DELETE FROM consortium_change");
            return true;
          });
    }
  }

  /** The URL of a site that nobody has admitted. */
  String entity() {
    return "http://127.0.0.1:" + entities.getAddress().getPort() + "/e" + drawn++;
  }

  /** The id of a member with a label, suspended if that is wanted. */
  String member(boolean suspended) throws InterruptedException {
    String entity = entity();
    String id = "member-" + drawn++;
    room.admit(
        Actor.token(),
        new Admission(entity, id, id, "univ", MemberKind.CONTRIBUTOR),
        Optional.empty());
    room.consortium().mark(Actor.token(), id, "label:hds", Optional.empty(), Optional.empty());
    if (suspended) {
      room.consortium().suspend(Actor.token(), id, "a test", Optional.empty());
    }
    return id;
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String entity =
        "http://127.0.0.1:"
            + entities.getAddress().getPort()
            + path.substring(0, path.indexOf("/.well-known"));
    SiteKeys keys = keys("other", entity);
    byte[] text =
        keys.sign(
                "entity-statement+jwt",
                new JWTClaimsSet.Builder()
                    .subject(entity)
                    .claim("jwks", keys.published().toJSONObject(true))
                    .expirationTime(Date.from(clock.instant().plusSeconds(3600)))
                    .build())
            .getBytes(StandardCharsets.US_ASCII);
    exchange.getResponseHeaders().set("content-type", "application/entity-statement+jwt");
    exchange.sendResponseHeaders(200, text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private SiteKeys keys(String name, String entity) {
    return SiteKeys.open(
        new KeyFile(folder.resolve(name + ".keys")),
        entity,
        clock,
        Duration.ofHours(24),
        new SecureRandom());
  }

  @Override
  public void close() {
    room.close();
    entities.stop(0);
  }
}
