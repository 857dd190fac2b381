package org.archipel.federation.overflow;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.archipel.directory.AllowedModels;
import org.archipel.directory.Caller;
import org.archipel.directory.Grants;
import org.archipel.directory.KeyCheck;
import org.archipel.directory.KeyTerms;
import org.archipel.directory.Scope;
import org.archipel.federation.trust.Partner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets requests of other sites in: who is charged for them, and what they may do here.
 *
 * <p>A request is charged to its organization when this site knows it or the consortium says that
 * it is the partner's own; else to the partner's organization, so that nobody gets a larger share
 * by inventing names. Thread-safe; waits for nobody.
 */
public final class Guests {
  private static final Logger LOG = LoggerFactory.getLogger(Guests.class);

  /** Requests of one partner in a second, and at once. */
  private static final int RATE = 500;

  private static final int BURST = 1_000;

  /** Assertions that are checked at once: beyond it forged ones would take the processor. */
  private static final int CHECKED_AT_ONCE = 64;

  /** Pseudonyms of one partner that are told apart; further projects share one. */
  private static final int MOST_PROJECTS = 500;

  /** What this site knows of organizations. */
  public interface Members {
    /** Whether the organization is one of this site's directory. */
    boolean knows(String organization);

    /** Judges a caller by the standing of its organization, and narrows its grants. */
    KeyCheck admit(Caller caller);
  }

  /** A request that is let in. */
  public record Guest(Partner from, Caller caller, Assertion says) {}

  private final Assertions assertions;
  private final Members members;
  private final SharePolicy shares;
  private final LongSupplier nanoTime;
  private final Map<Unwelcome, LongAdder> refusals = counters();
  private final Semaphore checks = new Semaphore(CHECKED_AT_ONCE);
  private final Map<String, Known> partners = new ConcurrentHashMap<>();

  /** What is kept of a partner: trusted ones only, so that they are few. */
  private static final class Known {
    private final Set<String> projects = ConcurrentHashMap.newKeySet();
    private double left = BURST;
    private long at;

    Known(long now) {
      at = now;
    }

    synchronized boolean take(long now) {
      left = Math.min(BURST, left + (now - at) / 1e9 * RATE);
      at = now;
      if (left < 1) {
        return false;
      }
      left--;
      return true;
    }

    String project(String pseudonym) {
      if (projects.contains(pseudonym)
          || (projects.size() < MOST_PROJECTS && projects.add(pseudonym))) {
        return pseudonym;
      }
      return "others";
    }
  }

  /**
   * @param nanoTime a monotonic clock, for rates
   */
  public Guests(Assertions assertions, Members members, SharePolicy shares, LongSupplier nanoTime) {
    this.assertions = assertions;
    this.members = members;
    this.shares = shares;
    this.nanoTime = nanoTime;
  }

  /**
   * Lets one request in, and uses its assertion up.
   *
   * @param target method and path, with a space between them
   * @throws org.archipel.federation.trust.DistrustException when the assertion is not believed
   * @throws UnwelcomeException when it is, but the request is not served
   */
  public Guest admit(String assertion, String target) {
    try {
      return admitted(assertion, target);
    } catch (UnwelcomeException e) {
      count(e.reason());
      LOG.info("a request of another site is refused: {}", e.getMessage());
      throw e;
    }
  }

  private void count(Unwelcome reason) {
    LongAdder counter = refusals.get(reason);
    if (counter != null) {
      counter.increment();
    }
  }

  /** How often each reason was given since the start. */
  public Map<Unwelcome, Long> refusals() {
    Map<Unwelcome, Long> counts = new EnumMap<>(Unwelcome.class);
    refusals.forEach((reason, count) -> counts.put(reason, count.sum()));
    return counts;
  }

  private Guest admitted(String assertion, String target) {
    if (!checks.tryAcquire()) {
      throw new UnwelcomeException(Unwelcome.FLOOD, "too many assertions at once");
    }
    Assertions.Believed believed;
    try {
      believed = assertions.check(assertion, target);
    } finally {
      checks.release();
    }
    Partner from = believed.from();
    Known known = partners.computeIfAbsent(from.entityId(), _ -> new Known(nanoTime.getAsLong()));
    if (!known.take(nanoTime.getAsLong())) {
      throw new UnwelcomeException(
          Unwelcome.FLOOD, "too many requests of one site (expected: " + RATE + " in a second)");
    }
    Optional<AllowedModels> models = shares.shared(from, believed.says().organization());
    if (models.isEmpty()) {
      throw new UnwelcomeException(Unwelcome.NOT_SHARED, "nothing is shared with this site");
    }
    Caller caller = judged(caller(from, believed.says(), models.get(), known));
    return new Guest(from, caller, believed.says());
  }

  private static Map<Unwelcome, LongAdder> counters() {
    Map<Unwelcome, LongAdder> counters = new EnumMap<>(Unwelcome.class);
    for (Unwelcome reason : Unwelcome.values()) {
      counters.put(reason, new LongAdder());
    }
    return Map.copyOf(counters);
  }

  private Caller caller(Partner from, Assertion says, AllowedModels models, Known known) {
    boolean named =
        says.organization().equals(from.organization()) || members.knows(says.organization());
    String organization = named ? says.organization() : from.organization();
    KeyTerms.ServiceClass most = KeyTerms.ServiceClass.of("class", says.serviceClass());
    KeyTerms terms =
        new KeyTerms(most, most, KeyTerms.Routing.ANY, KeyTerms.Routing.ANY, OptionalInt.empty());
    Grants grants = new Grants(models, Optional.empty(), Set.of(), Set.of(Scope.INFERENCE));
    // Quotas are kept by key: one for each organization of a site.
    return new Caller(
        "site." + from.siteId() + "." + organization,
        organization,
        known.project(says.project()),
        terms,
        Optional.empty(),
        grants);
  }

  private Caller judged(Caller caller) {
    if (!members.knows(caller.organization())) {
      // A partner's own organization, of which this site has nothing to say.
      return caller;
    }
    return switch (members.admit(caller)) {
      case KeyCheck.Accepted accepted -> accepted.caller();
      case KeyCheck.Pending _ -> throw new IllegalStateException("a standing is known at once");
      case KeyCheck.Rejected rejected ->
          throw new UnwelcomeException(
              Unwelcome.ORGANIZATION_REFUSED,
              "organization " + rejected.name().toLowerCase(Locale.ROOT));
    };
  }
}
