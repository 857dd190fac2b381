package org.archipel.relay;

import java.util.Optional;
import org.archipel.directory.quota.Exhausted;
import org.archipel.scheduling.Refusal;

/**
 * An error to be told to a client.
 *
 * @param code which one
 * @param message for people; names the offending value and what was expected, never a secret
 * @param param the request's field that is wrong, when it is one
 * @param retryAfterSeconds for {@code Retry-After}; 0 sends none
 */
record Failure(ErrorCode code, String message, Optional<String> param, int retryAfterSeconds) {
  /** Seconds in the longest month. */
  private static final long LONGEST_PERIOD = 31 * 86_400;

  static Failure of(ErrorCode code, String message) {
    return new Failure(code, message, Optional.empty(), 0);
  }

  static Failure ofParam(ErrorCode code, String param, String message) {
    return new Failure(code, message, Optional.of(param), 0);
  }

  /** What a pool's refusal means to the client. */
  static Failure of(Refusal refusal) {
    long after = refusal.retryAfterNanos();
    return switch (refusal.reason()) {
      case NO_ENGINE ->
          retryLater(ErrorCode.NO_ENGINE_AVAILABLE, "no engine for this model is up", after);
      case QUEUE_FULL ->
          retryLater(ErrorCode.QUEUE_FULL, "too many requests wait for this model", after);
      case PREDICTED_WAIT ->
          retryLater(
              ErrorCode.PREDICTED_WAIT_TOO_LONG,
              "%d requests wait before this one, about %d s: too long for its deadline"
                  .formatted(refusal.ahead(), Math.ceilDiv(after, 1_000_000_000L)),
              after);
      case DEADLINE_PASSED ->
          retryLater(ErrorCode.QUEUE_TIMEOUT, "no engine became free in time", after);
      case NO_CREDIT ->
          retryLater(ErrorCode.NO_CREDIT, "there is no room for other sites now", after);
    };
  }

  /** What a quota's refusal means to the client. */
  static Failure of(Exhausted refusal) {
    String limit = refusal.kind().word() + " of the " + refusal.level().word();
    String message =
        "%s: %d of %d left (expected: enough for this request)"
            .formatted(limit, refusal.left(), refusal.limit());
    int seconds =
        Math.toIntExact(Math.min(LONGEST_PERIOD, Math.ceilDiv(refusal.retryAfterMillis(), 1000L)));
    ErrorCode code = refusal.lasting() ? ErrorCode.QUOTA_EXHAUSTED : ErrorCode.RATE_LIMIT_EXCEEDED;
    return new Failure(code, message, Optional.empty(), seconds);
  }

  static Failure retryLater(ErrorCode code, String message, long retryAfterNanos) {
    long seconds = Math.ceilDiv(retryAfterNanos, 1_000_000_000L);
    return new Failure(code, message, Optional.empty(), Math.clamp(seconds, 1, 3600));
  }
}
