package org.archipel.server.metrics;

import java.util.Locale;
import java.util.Optional;
import org.archipel.ledger.UsageRecord;
import org.archipel.relay.SettledRequest;

/** How a request ended, as operators ask for it. */
enum RequestOutcome {
  /** Answered to the end. */
  COMPLETED,
  /** Its client went away. */
  CANCELLED,
  /** Refused since a queue was full. */
  REJECTED_FULL,
  /** Refused since the wait would have been too long. */
  REJECTED_PREDICTED,
  /** It waited until its deadline could not be met. */
  EXPIRED,
  /** No engine for it was up. */
  NO_ENGINE,
  /** An engine found it wrong: the caller's mistake. */
  REJECTED_BY_ENGINE,
  /** An engine or this site failed it. */
  FAILED;

  private final String word = name().toLowerCase(Locale.ROOT);

  /** The value of the label {@code outcome}. */
  String word() {
    return word;
  }

  static RequestOutcome of(SettledRequest request) {
    if (!request.recorded()) {
      return FAILED;
    }
    UsageRecord record = request.record();
    return switch (record.outcome()) {
      case COMPLETED -> COMPLETED;
      case CANCELLED -> CANCELLED;
      case FAILED -> ofError(record.errorCode());
    };
  }

  private static RequestOutcome ofError(Optional<String> code) {
    return switch (code.orElse("")) {
      case "queue_full" -> REJECTED_FULL;
      case "predicted_wait_too_long" -> REJECTED_PREDICTED;
      case "queue_timeout" -> EXPIRED;
      case "no_engine_available" -> NO_ENGINE;
      case "engine_rejected" -> REJECTED_BY_ENGINE;
      default -> FAILED;
    };
  }
}
