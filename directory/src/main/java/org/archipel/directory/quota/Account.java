package org.archipel.directory.quota;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.archipel.directory.quota.QuotaStanding.BudgetStanding;
import org.jspecify.annotations.Nullable;

/**
 * What one organization, project, key or entitlement uses, and what it may. Counts without limits
 * too, so that a limit that is set later finds the right sums. Guarded by the lock of its
 * organization.
 */
final class Account {
  /** When a slot of those that run will be free nobody knows. */
  private static final long SLOT_WAIT_MILLIS = 1_000;

  private static final List<Integer> THRESHOLDS = List.of(80, 100);

  /** What a request takes. */
  record Wish(long tokens, long microCurrency, long arrivedMillis, long day, long month) {
    long amount(QuotaKind budget) {
      return budget.money() ? microCurrency : tokens;
    }

    long period(QuotaKind budget) {
      return budget.monthly() ? month : day;
    }
  }

  private final QuotaScope scope;
  private final String id;
  private final Consumer<BudgetWarning> warnings;
  private final PeriodUse days = new PeriodUse();
  private final PeriodUse months = new PeriodUse();
  private Limits limits = Limits.NONE;
  private QuotaKind[] budgets = {};
  private long[] budgetLimits = {};
  private long concurrentLimit = Long.MAX_VALUE;
  private @Nullable TokenBucket requests;
  private @Nullable TokenBucket tokens;
  private long running;

  /**
   * @param id the quota's id in warnings
   * @param warnings called under the lock, so it must be quick
   */
  Account(QuotaScope scope, String id, Consumer<BudgetWarning> warnings) {
    this.scope = scope;
    this.id = id;
    this.warnings = warnings;
  }

  QuotaScope scope() {
    return scope;
  }

  // ---------------------------------------------------------------- what is agreed

  void change(Limits changed, long micros) {
    limits = changed;
    concurrentLimit = changed.of(QuotaKind.CONCURRENT_REQUESTS).orElse(Long.MAX_VALUE);
    requests = bucket(requests, QuotaKind.REQUESTS_PER_MINUTE, QuotaKind.REQUEST_BURST, micros);
    tokens = bucket(tokens, QuotaKind.TOKENS_PER_MINUTE, QuotaKind.TOKEN_BURST, micros);
    budgets =
        changed.values().keySet().stream().filter(QuotaKind::budget).toArray(QuotaKind[]::new);
    budgetLimits = new long[budgets.length];
    for (int i = 0; i < budgets.length; i++) {
      budgetLimits[i] = changed.of(budgets[i]).orElseThrow();
    }
    days.all().forEach(sums -> sums.warned = 0);
    months.all().forEach(sums -> sums.warned = 0);
  }

  private @Nullable TokenBucket bucket(
      @Nullable TokenBucket before, QuotaKind rate, QuotaKind burst, long micros) {
    if (limits.of(rate).isEmpty()) {
      return null;
    }
    long perMinute = limits.of(rate).getAsLong();
    long most = limits.of(burst).orElse(perMinute);
    if (before == null) {
      return new TokenBucket(perMinute, most, micros);
    }
    before.change(perMinute, most, micros);
    return before;
  }

  // ---------------------------------------------------------------- one request

  /** Why a request is not admitted; null when it is. Takes nothing. */
  @Nullable Exhausted refusal(Wish wish, long micros) {
    Exhausted refusal = null;
    for (int i = 0; i < budgets.length; i++) {
      refusal = longer(refusal, overBudget(budgets[i], budgetLimits[i], wish));
    }
    if (running >= concurrentLimit) {
      refusal =
          longer(
              refusal,
              no(QuotaKind.CONCURRENT_REQUESTS, false, SLOT_WAIT_MILLIS, concurrentLimit, 0));
    }
    refusal = longer(refusal, overRate(QuotaKind.REQUESTS_PER_MINUTE, requests, 1, micros));
    return longer(refusal, overRate(QuotaKind.TOKENS_PER_MINUTE, tokens, wish.tokens(), micros));
  }

  private static @Nullable Exhausted longer(@Nullable Exhausted one, @Nullable Exhausted other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Exhausted.longer(one, other);
  }

  private @Nullable Exhausted overBudget(QuotaKind budget, long limit, Wish wish) {
    PeriodUse.Sums sums = sums(budget, wish.period(budget));
    long amount = wish.amount(budget);
    long used = sums.used(budget.money());
    long free = limit - used;
    // A request that costs nothing passes, but not where nothing is allowed or left.
    boolean lasting = amount > free || free <= 0;
    if (!lasting && amount <= free - sums.reserved(budget.money())) {
      return null;
    }
    if (lasting) {
      refusedFor(budget, limit, sums);
    }
    long wait =
        lasting
            ? Math.max(1, Period.end(budget.monthly(), sums.period) - wish.arrivedMillis())
            : SLOT_WAIT_MILLIS;
    return no(budget, lasting, wait, limit, free - sums.reserved(budget.money()));
  }

  private @Nullable Exhausted overRate(
      QuotaKind kind, @Nullable TokenBucket bucket, long amount, long micros) {
    long wait = bucket == null ? 0 : bucket.wait(amount, micros);
    if (bucket == null || wait == 0) {
      return null;
    }
    return no(
        kind,
        false,
        Math.ceilDiv(wait, 1000L),
        limits.of(kind).orElseThrow(),
        bucket.remaining(micros));
  }

  private Exhausted no(QuotaKind kind, boolean lasting, long waitMillis, long limit, long left) {
    return new Exhausted(
        scope.level(),
        kind,
        lasting,
        waitMillis,
        limit,
        Math.max(0, left),
        RateLeft.NONE,
        RateLeft.NONE);
  }

  void take(Wish wish) {
    running++;
    if (requests != null) {
      requests.take(1);
    }
    if (tokens != null) {
      tokens.take(wish.tokens());
    }
    reserve(days.at(wish.day()), wish, 1);
    reserve(months.at(wish.month()), wish, 1);
  }

  /** Puts what was used in the place of what was taken. */
  void settle(Reservation reservation, Used used, boolean counts) {
    Wish wish = reservation.wish();
    running--;
    if (requests != null && !counts) {
      requests.correct(1, 0, reservation.takenAtMicros());
    }
    if (tokens != null) {
      tokens.correct(wish.tokens(), used.tokens(), reservation.takenAtMicros());
    }
    add(days.at(wish.day()), wish, used);
    add(months.at(wish.month()), wish, used);
    warn(wish.day(), wish.month());
  }

  private static void reserve(PeriodUse.Sums sums, Wish wish, int sign) {
    sums.reservedTokens += sign * wish.tokens();
    sums.reservedMicroCurrency += sign * wish.microCurrency();
  }

  private static void add(PeriodUse.Sums sums, Wish wish, Used used) {
    reserve(sums, wish, -1);
    sums.tokens += used.tokens();
    sums.microCurrency += used.microCurrency();
  }

  RateLeft requestsLeft(long micros) {
    return requests == null ? RateLeft.NONE : requests.left(micros);
  }

  RateLeft tokensLeft(long micros) {
    return tokens == null ? RateLeft.NONE : tokens.left(micros);
  }

  // ---------------------------------------------------------------- what the ledger knows

  void forgetBase() {
    days.all().forEach(Account::forgetBase);
    months.all().forEach(Account::forgetBase);
  }

  private static void forgetBase(PeriodUse.Sums sums) {
    sums.baseTokens = 0;
    sums.baseMicroCurrency = 0;
  }

  void addBase(boolean monthly, long period, Consumed consumed) {
    PeriodUse.Sums sums = (monthly ? months : days).at(period);
    sums.baseTokens += consumed.tokens();
    sums.baseMicroCurrency += consumed.microCurrency();
  }

  // ---------------------------------------------------------------- warnings

  /** Tells of budgets of these periods that have passed a threshold, of each once. */
  void warn(long day, long month) {
    for (int i = 0; i < budgets.length; i++) {
      QuotaKind budget = budgets[i];
      PeriodUse.Sums sums = sums(budget, budget.monthly() ? month : day);
      long used = sums.used(budget.money());
      for (int threshold : THRESHOLDS) {
        // Without a product that could be too large: budgets go to 10^16.
        if (used > 0 && used >= Math.ceilDiv(budgetLimits[i] * threshold, 100L)) {
          tell(budget, budgetLimits[i], sums, threshold);
        }
      }
    }
  }

  /** Nothing more fits in although there is a little left: that is the end of the budget too. */
  private void refusedFor(QuotaKind budget, long limit, PeriodUse.Sums sums) {
    long used = sums.used(budget.money());
    if (used > 0 && used >= Math.ceilDiv(limit * THRESHOLDS.getFirst(), 100L)) {
      tell(budget, limit, sums, THRESHOLDS.getLast());
    }
  }

  private void tell(QuotaKind budget, long limit, PeriodUse.Sums sums, int threshold) {
    int bit = 1 << (2 * (budget.money() ? 1 : 0) + (threshold == THRESHOLDS.getLast() ? 1 : 0));
    if ((sums.warned & bit) == 0) {
      sums.warned |= bit;
      warnings.accept(
          new BudgetWarning(
              scope,
              id,
              budget,
              Period.text(budget.monthly(), sums.period),
              threshold,
              limit,
              sums.used(budget.money())));
    }
  }

  // ---------------------------------------------------------------- for people

  QuotaStanding standing(long day, long month, long micros) {
    Map<QuotaKind, BudgetStanding> left = new EnumMap<>(QuotaKind.class);
    for (int i = 0; i < budgets.length; i++) {
      QuotaKind budget = budgets[i];
      PeriodUse.Sums sums = sums(budget, budget.monthly() ? month : day);
      left.put(
          budget,
          BudgetStanding.of(
              budget,
              sums.period,
              budgetLimits[i],
              sums.used(budget.money()),
              sums.reserved(budget.money())));
    }
    return new QuotaStanding(running, requestsLeft(micros), tokensLeft(micros), left);
  }

  private PeriodUse.Sums sums(QuotaKind budget, long period) {
    return budget.monthly() ? months.at(period) : days.at(period);
  }
}
