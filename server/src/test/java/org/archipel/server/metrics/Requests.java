package org.archipel.server.metrics;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.archipel.relay.SettledRequest;
import org.archipel.scheduling.ServiceClass;

/** Settled requests for tests; all durations in milliseconds. */
final class Requests {
  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

  private String organization = "insa";
  private String model = "mistral-small";
  private ServiceClass serviceClass = ServiceClass.INTERACTIVE;
  private UsageOutcome outcome = UsageOutcome.COMPLETED;
  private Optional<String> error = Optional.empty();
  private UsageRecord.Tokens tokens = UsageRecord.Tokens.NONE;
  private UsageRecord.Timing timing = new UsageRecord.Timing(0, 0, 0);
  private boolean streamed;
  private long firstToken;
  private int attempts = 1;
  private int pushbacks;
  private boolean recorded = true;
  private Optional<UsageRecord.Origin> origin = Optional.empty();
  private Optional<String> servedBy = Optional.empty();

  Requests of(String from) {
    organization = from;
    return this;
  }

  Requests asking(String what) {
    model = what;
    return this;
  }

  Requests with(ServiceClass patience) {
    serviceClass = patience;
    return this;
  }

  Requests cancelled() {
    outcome = UsageOutcome.CANCELLED;
    return this;
  }

  /** Ended by an error before an engine had it. */
  Requests refused(String code) {
    attempts = 0;
    return failed(code);
  }

  Requests failed(String code) {
    outcome = UsageOutcome.FAILED;
    error = Optional.of(code);
    return this;
  }

  Requests unrecorded() {
    recorded = false;
    return this;
  }

  Requests tokens(long prompt, long cached, long completion) {
    tokens = new UsageRecord.Tokens(prompt, cached, completion, false);
    return this;
  }

  Requests took(long queued, long firstByte, long total) {
    timing = new UsageRecord.Timing(queued * 1000, firstByte * 1000, total * 1000);
    return this;
  }

  Requests streamedFrom(long millis) {
    streamed = true;
    firstToken = millis * 1000;
    return this;
  }

  /** An answer that is no stream, of an engine whose first byte tells all. */
  Requests wholeFrom(long millis) {
    streamed = false;
    firstToken = millis * 1000;
    return this;
  }

  Requests attempts(int all, int afterPushback) {
    attempts = all;
    pushbacks = afterPushback;
    return this;
  }

  Requests from(String site) {
    origin = Optional.of(new UsageRecord.Origin(site, "record-there"));
    return this;
  }

  Requests servedBy(String site) {
    servedBy = Optional.of(site);
    return this;
  }

  SettledRequest settled() {
    return new SettledRequest(
        new UsageRecord(
            new UUID(0, 7),
            START,
            "request-of-a-person",
            "rennes",
            new UsageRecord.Charged(organization, "secret-project", "secretkeyid1"),
            model,
            attempts == 0
                ? Optional.empty()
                : Optional.of(new UsageRecord.Place("gpu1", "univ-rennes")),
            "/v1/chat/completions",
            streamed,
            outcome,
            200,
            error,
            tokens,
            timing,
            1,
            1,
            attempts,
            "",
            Optional.empty(),
            0,
            0,
            Optional.empty(),
            origin,
            servedBy),
        recorded,
        serviceClass,
        firstToken,
        pushbacks,
        Math.max(0, attempts - 1) - pushbacks);
  }
}
