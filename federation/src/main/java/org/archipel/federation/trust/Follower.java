package org.archipel.federation.trust;

import com.nimbusds.jose.jwk.JWKSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.archipel.federation.trust.TrustStore.KeptChain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is known of other entities true: finds their chains and marks, renews them before they
 * expire, and carries out what the anchor says has changed. Thread-safe; blocks.
 */
final class Follower {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  /** The longest that a chain is not looked at. */
  private static final Duration LONGEST = Duration.ofHours(1);

  private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(2);

  /** An entity whose key is not known here is asked no more often than this. */
  private static final Duration DOUBT = Duration.ofSeconds(5);

  private final ChainFinder finder;
  private final ChainCheck check;
  private final MarkCheck marks;
  private final AnchorKeys anchorKeys;
  private final LiveTrust trust;
  private final Parts parts;

  /** Held while something is found to be so and taken: never over I/O to others. */
  private final ReentrantLock taking = new ReentrantLock();

  /** Counts what the anchor said of each entity: what was found out before that is of no use. */
  private final Map<String, Long> news = new HashMap<>();

  /** What else it works with. */
  record Parts(
      TrustOptions options,
      TrustStore store,
      TrustCounters counters,
      Clock clock,
      RandomGenerator random) {}

  Follower(
      ChainFinder finder,
      ChainCheck check,
      MarkCheck marks,
      AnchorKeys anchorKeys,
      LiveTrust trust,
      Parts parts) {
    this.finder = finder;
    this.check = check;
    this.marks = marks;
    this.anchorKeys = anchorKeys;
    this.trust = trust;
    this.parts = parts;
    trust.onDoubt(this::doubt);
  }

  // ---------------------------------------------------------------- at the start

  /** Takes up the chains that were verified by an earlier run and still hold. */
  void load() {
    for (KeptChain kept : parts.store.chains()) {
      try {
        List<EntityStatement> statements =
            kept.texts().stream().map(EntityStatement::parse).toList();
        Chain chain = check.verify(statements, anchor(), anchorKeys.present());
        Known known = Known.of(chain, marks.still(chain, kept.marks()), types(), now());
        trust.put(kept.suspended() ? known.suspended() : known);
      } catch (DistrustException e) {
        parts.counters.refused(e.reason());
        LOG.info("a kept chain of {} is of no use: {}", kept.entityId(), e.getMessage());
        trust.put(Known.stranger(kept.entityId(), Optional.of(e.reason()), now(), 0));
      }
    }
  }

  // ---------------------------------------------------------------- one entity

  /** Looks at an entity now. */
  void refresh(String entityId) throws InterruptedException {
    long heard = heard(entityId);
    try {
      Chain chain = finder.find(entityId, anchor(), keysOfAnchor());
      anchorKeys.learn(chain.anchor().keys());
      MarkCheck.Outcome held = marks.check(chain);
      held.refused()
          .forEach(
              mark -> {
                parts.counters.refused(mark.reason());
                LOG.info(
                    "a mark of {} is refused: {} ({})",
                    entityId,
                    mark.reason().word(),
                    AddressRules.shown(mark.type()));
              });
      Known found = Known.of(chain, held, types(), renewal(chain.expires()));
      Known known = found.why().isEmpty() ? found : again(found);
      unlessNews(
          entityId,
          heard,
          () -> {
            parts.store.keep(entityId, chain, known.partner().marks());
            take(trust.entry(entityId), unique(known));
          });
    } catch (DistrustException e) {
      parts.counters.refused(e.reason());
      unlessNews(entityId, heard, () -> failed(entityId, trust.entry(entityId), e));
    }
  }

  /** Who may be trusted soon is looked at sooner. */
  private Known again(Known found) {
    int failures = trust.entry(found.partner().entityId()).map(Known::failures).orElse(0) + 1;
    return found.next(now().plus(retry(failures)), failures);
  }

  private long heard(String entityId) {
    taking.lock();
    try {
      return news.getOrDefault(entityId, 0L);
    } finally {
      taking.unlock();
    }
  }

  /** A suspension that came while a chain was being fetched must not be undone by that chain. */
  private void unlessNews(String entityId, long heard, Runnable take) {
    taking.lock();
    try {
      if (news.getOrDefault(entityId, 0L) == heard) {
        take.run();
      } else {
        soon(entityId);
      }
    } finally {
      taking.unlock();
    }
  }

  /** The keys by which the anchor is known; on a trial its first ones. */
  private JWKSet keysOfAnchor() throws InterruptedException {
    if (anchorKeys.open()) {
      anchorKeys.learn(finder.configuration(anchor()).keys());
    }
    return anchorKeys.present();
  }

  /** Two entities with one site id would be one to accounts: the first that came keeps it. */
  private Known unique(Known known) {
    String siteId = known.partner().siteId();
    boolean taken =
        known.partner().trusted()
            && (siteId.equals(parts.options.site().id())
                || trust.entries().stream()
                    .map(Known::partner)
                    .anyMatch(
                        other ->
                            other.siteId().equals(siteId)
                                && other.trusted()
                                && !other.entityId().equals(known.partner().entityId())));
    return taken ? known.distrusted(Distrust.SITE_ID_TAKEN) : known;
  }

  private void failed(String entityId, Optional<Known> former, DistrustException e) {
    int failures = former.map(Known::failures).orElse(0) + 1;
    Instant next = now().plus(retry(failures));
    if (e.reason().passing() && former.filter(known -> known.chain().isPresent()).isPresent()) {
      // Nobody could be asked: what was verified holds until it expires.
      LOG.info("{} cannot be renewed now: {}", entityId, e.getMessage());
      trust.put(former.get().next(next, failures));
      return;
    }
    if (!e.reason().passing()) {
      parts.store.forget(entityId);
    }
    boolean suspended =
        e.reason() == Distrust.NOT_A_MEMBER
            && former.filter(k -> k.partner().state() == Partner.State.SUSPENDED).isPresent();
    Known known =
        suspended
            ? former.get().next(next, failures)
            : former
                .map(was -> was.distrusted(e.reason()).next(next, failures))
                .orElseGet(() -> Known.stranger(entityId, Optional.of(e.reason()), next, failures));
    take(former, known);
    LOG.info("{} is not trusted: {}", entityId, e.getMessage());
  }

  /** Takes what was found, and audits it when trust begins or ends. */
  private void take(Optional<Known> former, Known now) {
    boolean different = trust.put(now);
    Optional<Partner.State> was = former.map(known -> known.partner().state());
    if (different && !was.equals(Optional.of(now.partner().state()))) {
      audit(now);
    }
  }

  private void audit(Known now) {
    Partner partner = now.partner();
    Map<String, String> details = new LinkedHashMap<>();
    now.why().ifPresent(why -> details.put("reason", why.word()));
    if (!partner.siteId().isEmpty()) {
      details.put("site", partner.siteId());
      details.put("organization", partner.organization());
    }
    String action =
        switch (partner.state()) {
          case TRUSTED -> "federation.trust";
          case SUSPENDED -> "federation.suspend";
          case DISTRUSTED -> "federation.distrust";
        };
    parts.store.decided(action, partner.entityId(), details);
  }

  // ---------------------------------------------------------------- what has changed

  /** A line of the anchor's feed about another entity. */
  void changed(String entityId, String change, Optional<String> markType) {
    taking.lock();
    try {
      news.merge(entityId, 1L, Long::sum);
      carryOut(entityId, change, markType);
    } finally {
      taking.unlock();
    }
  }

  private void carryOut(String entityId, String change, Optional<String> markType) {
    switch (change) {
      case "suspended" -> {
        Optional<Known> former = trust.entry(entityId);
        former.ifPresent(
            known -> {
              // In memory first: that is what stops it.
              Known out = known.suspended();
              boolean different = trust.put(out);
              parts.store.suspend(entityId);
              if (different) {
                audit(out);
              }
            });
      }
      case "revoked" -> {
        Optional<Known> former = trust.entry(entityId);
        former.ifPresent(
            known -> {
              Known left = known.without(markType.orElse(""), types());
              take(former, left);
              left.chain()
                  .ifPresent(chain -> parts.store.keep(entityId, chain, left.partner().marks()));
            });
        soon(entityId);
      }
      default -> soon(entityId);
    }
  }

  /** Has an entity looked at as soon as possible. */
  void soon(String entityId) {
    if (!trust.change(entityId, known -> known.next(now(), known.failures()))
        && trust.entry(entityId).isEmpty()) {
      trust.put(Known.stranger(entityId, Optional.of(Distrust.UNKNOWN_PARTNER), now(), 0));
    }
  }

  private void doubt(String entityId) {
    trust.change(
        entityId,
        known -> {
          Instant at = now().plus(DOUBT);
          return known.next().isAfter(at) ? known.next(at, known.failures()) : known;
        });
  }

  /** Audits those whose trust has ended by time alone. */
  void expire() {
    for (Known known : trust.overdue()) {
      take(Optional.of(known), known.distrusted(Distrust.EXPIRED));
    }
  }

  /** Those that have to be looked at now. */
  Set<String> due() {
    Set<String> due = new HashSet<>();
    for (Known known : trust.entries()) {
      if (!known.next().isAfter(now())) {
        due.add(known.partner().entityId());
      }
    }
    return due;
  }

  // ---------------------------------------------------------------- time

  /** Well before it expires, and not everybody at once. */
  private Instant renewal(Instant expires) {
    long left = Math.max(0, Duration.between(now(), expires).toMillis());
    long wait = (long) (left * (0.4 + 0.2 * parts.random.nextDouble()));
    long most = (long) (LONGEST.toMillis() * (0.8 + 0.2 * parts.random.nextDouble()));
    return now().plusMillis(Math.clamp(wait, 1000, most));
  }

  private Duration retry(int failures) {
    long nanos = FIRST_RETRY.toNanos() << Math.min(failures - 1, 10);
    long capped = Math.min(nanos, LONGEST_RETRY.toNanos());
    return Duration.ofNanos((long) (capped * (0.75 + 0.5 * parts.random.nextDouble())));
  }

  private Instant now() {
    return parts.clock.instant();
  }

  private String anchor() {
    return parts.options.anchor();
  }

  private MarkTypes types() {
    return new MarkTypes(anchor());
  }
}
