package org.archipel.directory.quota;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.archipel.directory.AgreedLimits;
import org.archipel.directory.DirectoryException;
import org.archipel.directory.DirectoryException.Kind;

/**
 * The numbers of one quota. What is not in it is not limited.
 *
 * @param values by kind, each between the kind's least and most
 */
public record Limits(Map<QuotaKind, Long> values) {
  /** No limit at all. */
  public static final Limits NONE = new Limits(Map.of());

  /**
   * Checks.
   *
   * @throws DirectoryException when a value is out of its range, or a burst has no rate
   */
  public Limits {
    EnumMap<QuotaKind, Long> ordered = new EnumMap<>(QuotaKind.class);
    ordered.putAll(values);
    values = Collections.unmodifiableMap(ordered);
    values.forEach(Limits::check);
    requireRate(values, QuotaKind.REQUEST_BURST, QuotaKind.REQUESTS_PER_MINUTE);
    requireRate(values, QuotaKind.TOKEN_BURST, QuotaKind.TOKENS_PER_MINUTE);
  }

  /**
   * What entitlements that hold at the same time allow an organization together: the sum of their
   * numbers, and no limit where one of them names none.
   *
   * @param entitlements none for an organization that has no entitlement: then nothing is limited
   */
  public static Limits agreed(List<AgreedLimits> entitlements) {
    EnumMap<QuotaKind, Long> sums = new EnumMap<>(QuotaKind.class);
    sum(sums, QuotaKind.REQUESTS_PER_MINUTE, entitlements, AgreedLimits::requestsPerMinute);
    sum(sums, QuotaKind.TOKENS_PER_MINUTE, entitlements, AgreedLimits::tokensPerMinute);
    sum(sums, QuotaKind.CONCURRENT_REQUESTS, entitlements, AgreedLimits::concurrentRequests);
    sum(sums, QuotaKind.TOKENS_PER_MONTH, entitlements, AgreedLimits::tokensPerMonth);
    return new Limits(sums);
  }

  private static void sum(
      Map<QuotaKind, Long> sums,
      QuotaKind kind,
      List<AgreedLimits> entitlements,
      Function<AgreedLimits, OptionalLong> number) {
    if (entitlements.isEmpty() || entitlements.stream().anyMatch(e -> number.apply(e).isEmpty())) {
      return;
    }
    long sum = entitlements.stream().mapToLong(e -> number.apply(e).orElseThrow()).sum();
    sums.put(kind, Math.min(sum, kind.most()));
  }

  /** The value of a kind; empty when it is not limited. */
  public OptionalLong of(QuotaKind kind) {
    Long value = values.get(kind);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** The same with another value of one kind. */
  public Limits with(QuotaKind kind, long value) {
    EnumMap<QuotaKind, Long> changed = new EnumMap<>(QuotaKind.class);
    changed.putAll(values);
    changed.put(kind, value);
    return new Limits(changed);
  }

  private static void check(QuotaKind kind, long value) {
    if (value < kind.least() || value > kind.most()) {
      throw invalid(kind, value + " (expected: " + kind.least() + " to " + kind.most() + ")");
    }
  }

  private static void requireRate(Map<QuotaKind, Long> values, QuotaKind burst, QuotaKind rate) {
    if (values.containsKey(burst) && !values.containsKey(rate)) {
      throw invalid(burst, values.get(burst) + " (expected: together with " + rate.word() + ")");
    }
  }

  private static DirectoryException invalid(QuotaKind kind, String rest) {
    return new DirectoryException(Kind.INVALID, kind.word() + ": " + rest);
  }
}
