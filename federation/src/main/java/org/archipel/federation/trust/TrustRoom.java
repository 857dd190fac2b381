package org.archipel.federation.trust;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.archipel.directory.DirectoryException;
import org.archipel.federation.http.PublicRoutes;
import org.archipel.federation.trust.Consortium.Admission;
import org.archipel.federation.trust.Consortium.Member;
import org.archipel.federation.trust.Consortium.MemberKind;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;

/**
 * The trust of this site, put together: its identity, whom it trusts, the consortium when it is the
 * anchor, and the routes by which others ask. {@link #start} begins to talk to others; before, it
 * trusts what an earlier run had verified. Thread-safe.
 */
public final class TrustRoom implements AutoCloseable {
  private final TrustOptions options;
  private final Stored stored;
  private final SiteKeys keys;
  private final TrustCounters counters;
  private final Consortium consortium;
  private final OwnStanding standing;
  private final OwnStatements statements;
  private final LiveTrust trust;
  private final TrustRoutes routes;
  private final HttpDocuments http;
  private final ChainFinder finder;
  private final TrustLoops loops;

  /**
   * Where things are kept, and what is drawn.
   *
   * @param random for keys, nonces and for not doing everything at once
   */
  public record Stored(
      Database database, AuditLog audit, Clock clock, Supplier<UUID> ids, RandomGenerator random) {}

  /** Opens the room; nobody is asked yet. */
  public TrustRoom(TrustOptions options, SiteKeys keys, Stored stored) {
    this.options = options;
    this.stored = stored;
    this.keys = keys;
    this.counters = new TrustCounters();
    Times times = new Times(stored.clock);
    TrustStore store = new TrustStore(stored.database, stored.audit, stored.clock);
    this.consortium =
        new Consortium(stored.database, stored.audit, options, stored.clock, stored.ids);
    this.standing = new OwnStanding(store, options, keys);
    this.statements = new OwnStatements(options, keys, consortium, standing::marks, stored.clock);
    this.trust = new LiveTrust(times, counters);
    this.routes = new TrustRoutes(statements, consortium, options, times, trust::chain);
    this.http = new HttpDocuments(options.rules());
    Documents documents = new OwnDocuments(options.entityId(), routes, http);
    ChainCheck check = new ChainCheck(times);
    this.finder = new ChainFinder(documents, options.rules(), check);
    AnchorKeys anchorKeys = anchorKeys(store);
    MarkCheck marks =
        new MarkCheck(
            times, documents, options.rules(), (issuer, holder) -> issuer(issuer, holder));
    AnchorTalk talk =
        new AnchorTalk(
            documents,
            finder,
            check,
            anchorKeys,
            options,
            new AnchorTalk.Settings(times, stored.random));
    Follower follower =
        new Follower(
            finder,
            check,
            marks,
            anchorKeys,
            trust,
            new Follower.Parts(options, store, counters, stored.clock, stored.random));
    follower.load();
    this.loops =
        new TrustLoops(
            talk,
            follower,
            anchorKeys,
            trust,
            new TrustLoops.Own(options, standing, consortium, statements, counters),
            stored.clock);
  }

  /** As the anchor it knows its own keys; else they are pinned, or on a trial the first seen. */
  private AnchorKeys anchorKeys(TrustStore store) {
    return new AnchorKeys(
        store,
        options.anchor(),
        options.isAnchor() ? Optional.of(keys.published()) : options.anchorKeys(),
        options.insecure());
  }

  /** The issuer of a mark is the anchor mostly; another one needs a chain of its own. */
  private EntityStatement issuer(String issuer, Chain holder) throws InterruptedException {
    return issuer.equals(holder.anchor().subject())
        ? holder.anchor()
        : finder.find(issuer, options.anchor(), holder.anchor().keys()).leaf();
  }

  /** Begins to follow the anchor, and to renew what expires. */
  public void start() {
    loops.start();
  }

  /** Who this site is. */
  public SiteIdentity identity() {
    return keys;
  }

  /** Whom it trusts. */
  public Trust trust() {
    return trust;
  }

  /** What anybody may ask. */
  public PublicRoutes routes() {
    return routes;
  }

  /** The consortium, of use when this site is its anchor. */
  public Consortium consortium() {
    return consortium;
  }

  /** What was refused. */
  public TrustCounters counters() {
    return counters;
  }

  /** How this site takes part. */
  public TrustOptions options() {
    return options;
  }

  /** What others see of this site. */
  public List<SiteKeys.SiteKeyState> keys() {
    return keys.states();
  }

  /** The types of the marks that this site has. */
  public Set<String> marks() {
    return consortium.founded()
        ? consortium
            .member(options.site().id())
            .map(own -> own.marks().stream().map(Consortium.Grant::type).toList())
            .<Set<String>>map(HashSet::new)
            .orElse(Set.of())
        : Set.copyOf(standing.marks().keySet());
  }

  /** When the anchor was heard last; empty when it was not since the start. */
  public Optional<Instant> anchorHeard() {
    return loops.anchorHeard();
  }

  /** The keys of this site as a JWK set, for others to pin. */
  public String publicKeys() {
    return keys.published().toString(true);
  }

  /** The present entity configuration, as others get it. */
  public String entityConfiguration() {
    return statements.configuration();
  }

  /** Announces a new key; it signs when the anchor has confirmed it. */
  public String rotateKey(Actor actor) {
    String kid = keys.announce();
    stored.database.<Boolean, RuntimeException>write(
        handle -> {
          stored.audit.append(
              handle,
              new AuditEntry(actor, "federation.rotate_key", kid, Optional.empty(), Map.of()));
          return true;
        });
    loops.keysChanged();
    return kid;
  }

  /** Founds the consortium with this site as its anchor and first member. */
  public void found(Actor actor, MemberKind kind) {
    consortium.found(actor, kind, keys.published());
    loops.keysChanged();
  }

  /**
   * Admits a site: looks at its entity configuration and takes the keys that it shows there.
   *
   * @param thumbprint the SHA-256 thumbprint of one of its keys, as its people told it; when it is
   *     given, no other key is taken
   * @throws DirectoryException when it cannot be had, or the values are wrong
   */
  public Member admit(Actor actor, Admission admission, Optional<String> thumbprint)
      throws InterruptedException {
    try {
      EntityStatement configuration = finder.configuration(admission.entityId());
      boolean known =
          thumbprint.isEmpty()
              || print(configuration.keys().getKeyByKeyId(kid(configuration)))
                  .equals(thumbprint.get());
      if (!known) {
        throw DirectoryException.invalid(
            "thumbprint", "of another key", "that of the key that signs at the entity's address");
      }
      return consortium.admit(actor, admission, configuration.keys());
    } catch (DistrustException e) {
      counters.refused(e.reason());
      throw new DirectoryException(
          DirectoryException.Kind.INVALID,
          "entity_id: " + e.getMessage() + " (expected: a site whose configuration can be had)");
    }
  }

  private static String kid(EntityStatement configuration) {
    return configuration.text().getHeader().getKeyID();
  }

  private static String print(JWK key) {
    try {
      return key.computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** How long an operator may have to wait for another site. */
  public static Duration patience() {
    return Documents.LIMIT;
  }

  @Override
  public void close() {
    loops.close();
    http.close();
  }
}
