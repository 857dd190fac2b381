package org.archipel.relay;

import java.time.Instant;
import java.util.Optional;
import org.archipel.directory.Caller;
import org.archipel.directory.quota.Admission;
import org.archipel.directory.quota.Demanded;
import org.archipel.engines.ModelSpec;
import org.archipel.ledger.JournalException;
import org.archipel.ledger.Tariff;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.TokenEstimate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers what a request's account needs and closes it exactly once: the permit goes back and the
 * usage record goes to the journal, whatever happened to the request. Requests that named no model
 * of this site used nothing and leave no record.
 */
final class Settlement {
  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);
  private static final long NOT_RECORDED = -1;
  private static final long NOT_SENT = Long.MIN_VALUE;

  private final RelayCore core;
  private final RequestHead request;
  private final Route route;
  private final Caller caller;
  private final long arrivedNanos = System.nanoTime();
  private final Instant startedAt;
  private final QuotaHold quotas;
  private final Optional<Visit> visit;

  private @Nullable ModelSpec model;
  private @Nullable Permit permit;
  private @Nullable EngineTarget engine;
  private ServiceClass serviceClass = ServiceClass.STANDARD;
  private Outcome lastRun = Outcome.COMPLETED;
  private boolean streamed;
  private boolean sent;
  private long sentMicros = NOT_SENT;
  private long engineMicros;
  private long audioMillis;
  private boolean settled;
  private int requestBytes;
  private int attempts;
  private int pushbacks;
  private int status;
  private long estimatedPrompt;
  private long queuedMicros;
  private long firstByteMicros;
  private long firstTokenMicros;
  private long relayedBytes;
  private UsageRecord.@Nullable Tokens tokens;
  private long cachedTokens = Completion.UNKNOWN;
  private long sequence = NOT_RECORDED;
  private boolean retrying;

  Settlement(RelayCore core, RequestHead request, Route route, Plan.Serve plan) {
    this.core = core;
    this.request = request;
    this.route = route;
    this.caller = plan.caller();
    this.visit = plan.visit();
    this.startedAt = core.parts().clock().instant();
    this.quotas = new QuotaHold(core.parts().quotas());
  }

  Caller caller() {
    return caller;
  }

  /** What another site says of the request, when one sent it here. */
  Optional<Visit> visit() {
    return visit;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  void received(int bytes) {
    requestBytes = bytes;
  }

  /**
   * Asks the caller's quotas for what the request may use. What an engine produces beyond the
   * reservation is settled all the same.
   *
   * @param choices how many answers it asks for at once
   * @return why not, when they refuse; such a request leaves no record
   */
  Optional<Failure> reserve(ModelSpec asked, Asks asks, TokenEstimate tokens, int choices) {
    int window = core.parts().models().contextWindow(asked.id()).orElse(Integer.MAX_VALUE);
    int prompt = Math.min(tokens.prompt(), window);
    int cap = Math.min(core.options().limits().reservedCompletion(), window - prompt);
    long all = (long) Math.min(tokens.completionLimit(), cap) * choices;
    int completion = (int) Math.min(all, Integer.MAX_VALUE);
    long cost =
        core.parts()
            .prices()
            .estimate(
                startedAt,
                asked.id(),
                asks.serviceClass().word(),
                caller.organization(),
                prompt,
                completion);
    Demanded demanded = new Demanded(prompt, completion, cost);
    return quotas.reserve(caller, asked.id(), demanded, startedAt.toEpochMilli());
  }

  /** What the quotas said; empty before they were asked. */
  Optional<Admission> admission() {
    return quotas.admission();
  }

  /**
   * The request is one for a model of this site.
   *
   * @param promptTokens how many tokens the prompt may have, until the engine says better
   */
  void understood(ModelSpec asked, boolean stream, long promptTokens) {
    model = asked;
    streamed = stream;
    int window = core.parts().models().contextWindow(asked.id()).orElse(Integer.MAX_VALUE);
    estimatedPrompt = Math.min(promptTokens, window);
  }

  /** How patient its caller is, once that is known. */
  void patience(ServiceClass asked) {
    serviceClass = asked;
  }

  /** There is a permit, to be given back. */
  void granted(Permit given) {
    permit = given;
  }

  /** The permit is for this. */
  void started(EngineTarget target) {
    if (attempts > 0 && lastRun == Outcome.PUSHED_BACK) {
      pushbacks++;
    }
    engine = target;
    attempts++;
    queuedMicros = sinceArrival();
  }

  /** It did not take it: the request is nowhere. */
  void leftThere() {
    engine = null;
  }

  /** The request went to the engine: from here on it may cost something. */
  void sent() {
    sent = true;
    sentMicros = sinceArrival();
  }

  void firstByte() {
    firstByteMicros = sinceArrival();
  }

  void relayed(int bytes) {
    relayedBytes += bytes;
  }

  void status(int answered) {
    status = answered;
  }

  void tokens(@Nullable Answer answer) {
    if (answer != null && route.kind() != Route.Kind.COUNT_TOKENS) {
      tokens = answer.tokens(estimatedPrompt);
      cachedTokens = answer.cachedTokens();
      audioMillis = route.audio() ? answer.audioMillis() : 0;
    }
  }

  /** The engine's first token came. */
  void firstToken() {
    if (firstTokenMicros == 0) {
      firstTokenMicros = sinceArrival();
    }
    Permit held = permit;
    EngineTarget target = engine;
    if (held != null && target != null) {
      core.dispatcher().firstToken(target.model(), held);
    }
  }

  /**
   * So many pieces of the answer have come, about as many as tokens.
   *
   * @param first whether none was told of before
   */
  void generated(long pieces, boolean first) {
    if (first) {
      firstToken();
    } else {
      progressed(pieces);
    }
  }

  private void progressed(long completionTokens) {
    Permit held = permit;
    EngineTarget target = engine;
    if (held != null && target != null) {
      core.dispatcher().progressed(target.model(), held, completionTokens);
    }
  }

  /** Whether the site may try this request again after a failure; kept until it is settled. */
  boolean takeRetry() {
    // Once only: one is given back.
    retrying = retrying || core.retryBudget().take();
    return retrying;
  }

  /** The engine that has or last had the request. */
  Optional<EngineTarget> engine() {
    return Optional.ofNullable(engine);
  }

  int attempts() {
    return attempts;
  }

  long queuedMicros() {
    return queuedMicros;
  }

  /** Gives the permit back, if there is one. */
  void giveBack(Outcome outcome) {
    if (sentMicros != NOT_SENT) {
      engineMicros += sinceArrival() - sentMicros;
      sentMicros = NOT_SENT;
    }
    Permit held = permit;
    ModelSpec used = model;
    if (held != null && used != null) {
      permit = null;
      lastRun = outcome;
      core.dispatcher().complete(used.id(), held, completion(outcome));
    }
  }

  /** What the run took. Estimates of the prompt are the pool's own already. */
  private Completion completion(Outcome outcome) {
    UsageRecord.Tokens known = tokens;
    if (known == null) {
      return Completion.of(outcome);
    }
    return known.estimated()
        ? new Completion(
            outcome,
            Completion.UNKNOWN,
            Completion.UNKNOWN,
            known.completion() > 0 ? known.completion() : Completion.UNKNOWN)
        : new Completion(outcome, known.prompt(), cachedTokens, known.completion());
  }

  /**
   * Closes the account; a second call does nothing.
   *
   * @param answered the status that the client got; 0 when it was told before
   */
  void settle(UsageOutcome outcome, Outcome run, int answered, Optional<String> errorCode) {
    if (settled) {
      return;
    }
    settled = true;
    giveBack(run);
    if (retrying) {
      core.retryBudget().giveBack();
    }
    if (answered != 0) {
      status = answered;
    }
    try {
      account(outcome, errorCode);
    } finally {
      // Changes nothing where the account was closed: whatever fails above, a slot is not lost.
      quotas.unused();
    }
  }

  private void account(UsageOutcome outcome, Optional<String> errorCode) {
    ModelSpec used = model;
    if (used == null) {
      return;
    }
    UsageRecord record = record(used, outcome, errorCode);
    if (sent) {
      // Before the journal and the observer: neither may hold a slot back.
      quotas.used(record.tokens(), record.price().map(UsageRecord.Price::microCurrency).orElse(0L));
    } else {
      quotas.unused();
    }
    try {
      sequence = core.parts().journal().append(record);
    } catch (JournalException e) {
      LOG.error("a usage record could not be taken: {}", e.getMessage());
    }
    core.parts()
        .observer()
        .settled(
            new SettledRequest(
                record,
                recorded(),
                serviceClass,
                firstTokenMicros,
                pushbacks,
                Math.max(0, attempts - 1) - pushbacks));
  }

  /** Whether the journal took the record. */
  boolean recorded() {
    return sequence != NOT_RECORDED;
  }

  /** The record's sequence in the journal. */
  long sequence() {
    return sequence;
  }

  private UsageRecord record(ModelSpec used, UsageOutcome outcome, Optional<String> errorCode) {
    EngineTarget target = engine;
    UsageRecord.Tokens spent = consumed(outcome);
    return new UsageRecord(
        request.recordId(),
        startedAt,
        request.requestId(),
        core.options().site(),
        new UsageRecord.Charged(caller.organization(), caller.project(), caller.key()),
        used.id(),
        target == null
            ? Optional.empty()
            : Optional.of(new UsageRecord.Place(target.spec().id(), target.spec().owner())),
        route.path(),
        streamed,
        outcome,
        status,
        errorCode,
        spent,
        new UsageRecord.Timing(queuedMicros, firstByteMicros, sinceArrival()),
        requestBytes,
        relayedBytes,
        attempts,
        serviceClass.word(),
        caller.person(),
        audioMillis,
        engineMicros,
        price(used, target, outcome, spent),
        visit.map(from -> new UsageRecord.Origin(from.site(), from.request())),
        target == null ? Optional.empty() : target.site());
  }

  private Optional<UsageRecord.Price> price(
      ModelSpec used,
      @Nullable EngineTarget target,
      UsageOutcome outcome,
      UsageRecord.Tokens spent) {
    String owner = target == null ? "" : target.spec().owner();
    Optional<Tariff> tariff =
        core.parts()
            .prices()
            .tariff(startedAt, used.id(), owner, serviceClass.word(), caller.organization());
    return tariff.isEmpty()
        ? Optional.empty()
        : Optional.of(tariff.get().price(outcome, spent, engineMicros, audioMillis));
  }

  private UsageRecord.Tokens consumed(UsageOutcome outcome) {
    UsageRecord.Tokens known = tokens;
    if (known != null) {
      return known;
    }
    // Somebody left while the engine was reading the prompt: it did work, nobody knows how much.
    boolean begun = sent && outcome == UsageOutcome.CANCELLED;
    return begun && route.kind() != Route.Kind.COUNT_TOKENS
        ? new UsageRecord.Tokens(estimatedPrompt, 0, 0, true)
        : UsageRecord.Tokens.NONE;
  }

  private long sinceArrival() {
    return (System.nanoTime() - arrivedNanos) / 1000;
  }
}
