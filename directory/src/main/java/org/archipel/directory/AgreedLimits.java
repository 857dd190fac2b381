package org.archipel.directory;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How much an entitlement allows; what is empty is not limited by it. Each is at least 1.
 *
 * @param requestsPerMinute requests that begin
 * @param tokensPerMinute tokens of prompts and answers together
 * @param concurrentRequests requests that run at once
 * @param tokensPerMonth tokens of prompts and answers together in a month of the calendar, UTC
 */
public record AgreedLimits(
    OptionalLong requestsPerMinute,
    OptionalLong tokensPerMinute,
    OptionalLong concurrentRequests,
    OptionalLong tokensPerMonth) {
  /** No limits. */
  public static final AgreedLimits NONE =
      new AgreedLimits(
          OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  private static final long LARGEST = 1_000_000_000_000_000L;

  /**
   * Checks.
   *
   * @throws DirectoryException when a number is out of range
   */
  public AgreedLimits {
    check("requests_per_minute", requestsPerMinute);
    check("tokens_per_minute", tokensPerMinute);
    check("concurrent_requests", concurrentRequests);
    check("tokens_per_month", tokensPerMonth);
  }

  private static void check(String field, OptionalLong value) {
    if (value.isPresent() && (value.getAsLong() < 1 || value.getAsLong() > LARGEST)) {
      throw Names.invalid(field, String.valueOf(value.getAsLong()), "1 to " + LARGEST);
    }
  }

  Map<String, String> described() {
    Map<String, String> all = new LinkedHashMap<>();
    requestsPerMinute.ifPresent(n -> all.put("requests_per_minute", String.valueOf(n)));
    tokensPerMinute.ifPresent(n -> all.put("tokens_per_minute", String.valueOf(n)));
    concurrentRequests.ifPresent(n -> all.put("concurrent_requests", String.valueOf(n)));
    tokensPerMonth.ifPresent(n -> all.put("tokens_per_month", String.valueOf(n)));
    return all;
  }
}
