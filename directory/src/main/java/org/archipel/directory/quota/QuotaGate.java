package org.archipel.directory.quota;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.archipel.directory.Caller;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a request may run under all the quotas that apply to it, from memory: reserves what
 * it may use, and at its end puts what it used in that place.
 *
 * <p>Thread-safe and made for event loops: {@link #reserve} and {@link #settle} hold one
 * organization's lock for less than a microsecond, and neither blocks on anything else. Sums are
 * kept for all callers, also where nothing is limited, so that a limit counts from the moment at
 * which it is set, and counts right.
 *
 * <p>What is over the limit after a request is only what the engine produced beyond the request's
 * reservation. A day or month is that in which the request arrived, as in the ledger.
 */
public final class QuotaGate {
  private static final Used NOTHING = new Used(0, 0, 0);

  /** A caller's organization and its accounts there. */
  private record Place(
      OrganizationAccounts organization, List<Account> accounts, String owner, String project) {
    boolean isOf(Caller caller) {
      return project.equals(caller.project()) && owner.equals(caller.organization());
    }
  }

  private final Clock clock;
  private final LongSupplier nanoTime;
  private final ConcurrentMap<String, OrganizationAccounts> organizations =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Place> places = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<BudgetWarning> warnings = new ConcurrentLinkedQueue<>();
  private final Map<QuotaLevel, Map<QuotaKind, LongAdder>> refusals;
  private final LongAdder reserved = new LongAdder();
  private final LongAdder ended = new LongAdder();

  /**
   * @param clock for the days and months of what people ask
   * @param nanoTime a monotonic clock for rates, which must not stop when the other is set back
   */
  public QuotaGate(Clock clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.refusals = counters();
  }

  /**
   * Reserves from every quota that applies, or from none.
   *
   * @param model the model's id, not an alias
   * @param arrivedMillis when the request arrived, in milliseconds since 1970: the time of its
   *     usage record
   */
  public Admission reserve(Caller caller, String model, Demanded demanded, long arrivedMillis) {
    Place place = place(caller);
    long micros = micros();
    long day = Period.day(arrivedMillis);
    Account.Wish wish =
        new Account.Wish(
            demanded.tokens(), demanded.microCurrency(), arrivedMillis, day, Period.month(day));
    OrganizationAccounts organization = place.organization();
    Admission admission;
    organization.lock().lock();
    try {
      List<Account> accounts = place.accounts();
      Exhausted refusal = refusal(accounts, wish, micros);
      if (refusal == null) {
        take(accounts, wish);
      }
      RateLeft requests = RateLeft.NONE;
      RateLeft tokens = RateLeft.NONE;
      for (Account account : accounts) {
        requests = requests.tighter(account.requestsLeft(micros));
        tokens = tokens.tighter(account.tokensLeft(micros));
      }
      admission =
          refusal == null
              ? new Reservation(organization, accounts, wish, micros, requests, tokens)
              : refusal.with(requests, tokens);
    } finally {
      organization.lock().unlock();
    }
    count(admission);
    return admission;
  }

  private static @Nullable Exhausted refusal(
      List<Account> accounts, Account.Wish wish, long micros) {
    Exhausted refusal = null;
    for (Account account : accounts) {
      Exhausted no = account.refusal(wish, micros);
      if (no != null) {
        refusal = refusal == null ? no : Exhausted.longer(refusal, no);
      }
    }
    return refusal;
  }

  private static void take(List<Account> accounts, Account.Wish wish) {
    for (Account account : accounts) {
      account.take(wish);
    }
  }

  private void count(Admission admission) {
    switch (admission) {
      case Reservation _ -> reserved.increment();
      case Exhausted refusal -> counter(refusal.level(), refusal.kind()).increment();
    }
  }

  /** The request has run: what it used takes the place of its reservation. Counts once only. */
  public void settle(Reservation reservation, Used used) {
    end(reservation, used, true);
  }

  /** The request never ran: it is as if it had not come. Counts once only. */
  public void giveBack(Reservation reservation) {
    end(reservation, NOTHING, false);
  }

  private void end(Reservation reservation, Used used, boolean ran) {
    OrganizationAccounts organization = reservation.organization();
    organization.lock().lock();
    try {
      if (!reservation.end()) {
        return;
      }
      for (Account account : reservation.accounts()) {
        account.settle(reservation, used, ran);
      }
    } finally {
      organization.lock().unlock();
    }
    ended.increment();
  }

  /** What a scope has left. */
  public QuotaStanding standing(QuotaScope scope) {
    long day = Period.day(clock.millis());
    OrganizationAccounts organization = organization(scope.organization());
    organization.lock().lock();
    try {
      return organization.at(scope).standing(day, Period.month(day), micros());
    } finally {
      organization.lock().unlock();
    }
  }

  /** How often a limit of a level has said no since the start. */
  public long refusals(QuotaLevel level, QuotaKind kind) {
    return counter(level, kind).sum();
  }

  /** Reservations that are held. */
  public long open() {
    // Ended ones first, or one that comes and goes in between would count as less than none.
    long gone = ended.sum();
    return Math.max(0, reserved.sum() - gone);
  }

  /** Other limits from now on, for requests that run too; forgotten with the process. */
  public void change(QuotaScope scope, Limits limits) {
    long day = Period.day(clock.millis());
    OrganizationAccounts organization = organization(scope.organization());
    organization.lock().lock();
    try {
      Account account = organization.at(scope);
      account.change(limits, micros());
      account.warn(day, Period.month(day));
    } finally {
      organization.lock().unlock();
    }
  }

  /** What earlier processes used; replaces what was known of that. */
  void base(List<Consumed> rows) {
    for (OrganizationAccounts organization : organizations.values()) {
      organization.lock().lock();
      try {
        organization.all().forEach(Account::forgetBase);
      } finally {
        organization.lock().unlock();
      }
    }
    long yesterday = Period.day(clock.millis()) - 1;
    rows.forEach(row -> addBase(row, yesterday));
    warnAll();
  }

  private void addBase(Consumed row, long yesterday) {
    Place place = place(new Caller(row.key(), row.organization(), row.project()));
    long day = row.day().toEpochDay();
    OrganizationAccounts organization = place.organization();
    organization.lock().lock();
    try {
      for (Account account : place.accounts()) {
        if (day >= yesterday) {
          // Earlier ones cannot come again, and only a few days are kept.
          account.addBase(false, day, row);
        }
        account.addBase(true, Period.month(day), row);
      }
    } finally {
      organization.lock().unlock();
    }
  }

  private void warnAll() {
    long day = Period.day(clock.millis());
    for (OrganizationAccounts organization : organizations.values()) {
      organization.lock().lock();
      try {
        organization.all().forEach(account -> account.warn(day, Period.month(day)));
      } finally {
        organization.lock().unlock();
      }
    }
  }

  /** The next warning that nobody has taken; null when there is none. */
  @Nullable BudgetWarning nextWarning() {
    return warnings.poll();
  }

  /** The first day that matters: yesterday's month, for a clock that is set back a little. */
  static Instant baseSince(Instant now) {
    long yesterday = Period.day(now.toEpochMilli()) - 1;
    return Instant.ofEpochMilli(Period.begin(true, Period.month(yesterday)));
  }

  private Place place(Caller caller) {
    Place known = places.get(caller.key());
    if (known != null && known.isOf(caller)) {
      return known;
    }
    OrganizationAccounts organization = organization(caller.organization());
    organization.lock().lock();
    try {
      Place made =
          new Place(organization, organization.of(caller), caller.organization(), caller.project());
      places.put(caller.key(), made);
      return made;
    } finally {
      organization.lock().unlock();
    }
  }

  private OrganizationAccounts organization(String name) {
    return organizations.computeIfAbsent(
        name, _ -> new OrganizationAccounts(name, warnings::offer));
  }

  private long micros() {
    return Math.floorDiv(nanoTime.getAsLong(), 1000L);
  }

  private LongAdder counter(QuotaLevel level, QuotaKind kind) {
    return requireNonNull(requireNonNull(refusals.get(level)).get(kind));
  }

  private static Map<QuotaLevel, Map<QuotaKind, LongAdder>> counters() {
    Map<QuotaLevel, Map<QuotaKind, LongAdder>> counters = new EnumMap<>(QuotaLevel.class);
    for (QuotaLevel level : QuotaLevel.values()) {
      Map<QuotaKind, LongAdder> ofLevel = new EnumMap<>(QuotaKind.class);
      for (QuotaKind kind : QuotaKind.values()) {
        ofLevel.put(kind, new LongAdder());
      }
      counters.put(level, ofLevel);
    }
    return counters;
  }
}
