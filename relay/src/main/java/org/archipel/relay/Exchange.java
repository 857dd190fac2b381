package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.archipel.directory.Caller;
import org.archipel.ledger.UsageOutcome;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.Reach;
import org.archipel.scheduling.TokenEstimate;
import org.jspecify.annotations.Nullable;

/**
 * One request between its client and an engine: from the body's last byte to the answer's.
 *
 * <p>Lives on the event loop of its client's connection; the engine's connection is on the same
 * loop. {@link Settlement} sees to it that the permit and the usage record happen exactly once,
 * whichever of answer, error and departure of the client comes first.
 */
final class Exchange implements Serving {
  private final RelayCore core;
  private final ClientConnection client;
  private final ClientRequest request;
  private final Settlement settlement;
  private final Reply reply;
  private final EngineLeg leg;
  private final Search search;

  private ExchangeState state = ExchangeState.READING;
  private RequestReading.@Nullable Understood read;
  private @Nullable Ending ending;
  private long waitingSince;
  private long queuedSince;

  Exchange(RelayCore core, ClientConnection client, ClientRequest request, Settlement settlement) {
    this.core = core;
    this.client = client;
    this.request = request;
    this.settlement = settlement;
    this.reply = new Reply(client, request.head(), request.route(), settlement);
    this.leg = new EngineLeg(core, this, client, request, settlement);
    this.search =
        new Search(
            core,
            this,
            request.head(),
            settlement,
            (target, assertion) -> leg.open(target, assertion, understood()));
    this.waitingSince = client.loop().now();
    this.queuedSince = waitingSince;
  }

  /** The way to the client. */
  Reply reply() {
    return reply;
  }

  /** Goes on to the next state. */
  void enter(ExchangeState next) {
    state = next;
    moved();
  }

  /** Whoever is waited for has moved. */
  void moved() {
    waitingSince = client.loop().now();
  }

  /** Whether it waits for an engine. */
  boolean queued() {
    return state == ExchangeState.QUEUED;
  }

  /** Whether the engine has the request, and has not begun to answer. */
  boolean sent() {
    return state == ExchangeState.SENT;
  }

  /** Whether the answer is under way. */
  boolean answering() {
    return state == ExchangeState.ANSWERING;
  }

  /** Whether its outcome is known. */
  boolean over() {
    return state == ExchangeState.DONE || state == ExchangeState.SETTLING;
  }

  // ---------------------------------------------------------------- understanding the request

  @Override
  public void start() {
    RequestReader reader = core.requestReader();
    RequestHead head = request.head();
    Caller caller = settlement.caller();
    ByteBuf bytes = request.body().bytes();
    if (request.body().length() <= RequestReader.READ_INLINE) {
      understood(reader.read(head, request.route(), caller, bytes, reply.scratch()));
      return;
    }
    bytes.retain();
    think(
        () -> {
          try {
            return reader.read(head, request.route(), caller, bytes, new byte[0]);
          } finally {
            bytes.release();
          }
        },
        this::understood);
  }

  private void understood(RequestReading reading) {
    switch (reading) {
      case RequestReading.Refused refused -> fail(refused.failure());
      case RequestReading.Understood said -> {
        RequestReading.Understood understood = settlement.visit().map(said::visiting).orElse(said);
        read = understood;
        RequestEnvelope envelope = understood.envelope();
        TokenEstimate tokens =
            RequestReader.estimate(
                request.head(), request.route(), envelope, request.body().length());
        Reach reach = reach();
        Optional<Failure> refusal =
            core.permissions()
                .refusal(understood.model(), reach)
                .or(
                    () ->
                        settlement.reserve(
                            understood.model(), understood.asks(), tokens, envelope.choices()));
        settlement.admission().ifPresent(client.writer()::admission);
        if (refusal.isPresent()) {
          fail(refusal.get());
          return;
        }
        settlement.understood(understood.model(), envelope.stream(), tokens.prompt());
        Demand asked =
            asksWithPatience(understood.asks())
                .demand(settlement.caller(), settlement.arrivedNanos(), tokens)
                .reaching(reach);
        settlement.patience(asked.flow().serviceClass());
        queuedSince = System.nanoTime();
        search.begin(understood.model().id(), asked);
      }
    }
  }

  /**
   * A burst of embeddings waits as long as anything may: one refusal spoils the import of a
   * document, since importers do not try again (http-contract.md §1).
   */
  private Asks asksWithPatience(Asks said) {
    return request.route().generates()
        ? said
        : said.withDeadlineUnlessSaid(core.options().timeouts().queue().toNanos());
  }

  /** Where it looks for somebody to serve it. */
  Search search() {
    return search;
  }

  private Reach reach() {
    return settlement.visit().isPresent()
        ? new Reach(true, settlement.visit().get().labels(), Set.of())
        : Permissions.reach(request.head(), settlement.caller().grants());
  }

  private RequestReading.Understood understood() {
    RequestReading.Understood understood = read;
    if (understood == null) {
      throw new IllegalStateException("the request is not understood yet");
    }
    return understood;
  }

  // ---------------------------------------------------------------- talking to the client

  /** Where an answer goes that is complete but for its last bytes. */
  void answered(ByteBuf last, UsageOutcome outcome) {
    enter(ExchangeState.SETTLING);
    settlement.tokens(leg.answer());
    settlement.settle(outcome, Outcome.COMPLETED, 0, Optional.empty());
    leg.releaseAnswer();
    if (settlement.recorded()) {
      endWith(new Ending.Complete(last));
    } else {
      last.release();
      ledgerUnavailable("the answer could not be put into the ledger");
    }
  }

  /** An engine said that the request is wrong. */
  void rejectedByEngine(int status, EngineError error) {
    if (reply.begun()) {
      fail(
          Failure.of(
              ErrorCode.INVALID_REQUEST, error.message().orElse("the engine answered " + status)));
      return;
    }
    enter(ExchangeState.SETTLING);
    settlement.settle(
        UsageOutcome.FAILED, Outcome.COMPLETED, status, Optional.of("engine_rejected"));
    endWith(new Ending.Rejected(status, error));
  }

  /** Ends the request with an error, in whatever way the client can still be told. */
  void fail(Failure failure) {
    if (over()) {
      return;
    }
    letGo();
    int status = reply.begun() ? 200 : failure.code().status();
    // An error of the engine sends no head: if there is one, pings began a stream.
    boolean stream = !(leg.answer() instanceof PlainAnswer);
    settlement.tokens(leg.answer());
    settlement.settle(
        UsageOutcome.FAILED, Outcome.FAILED, status, Optional.of(failure.code().code()));
    leg.releaseAnswer();
    endWith(new Ending.Failed(failure, stream));
  }

  /** Tells the client the last there is, once the record is safe. */
  private void endWith(Ending last) {
    if (settlement.recorded() && core.options().strictDurability()) {
      enter(ExchangeState.SETTLING);
      ending = last;
      client.loop().durable().await(settlement.sequence(), this::durable);
    } else {
      tell(last);
    }
  }

  private void durable() {
    Ending last = ending;
    if (last == null) {
      return;
    }
    if (state == ExchangeState.SETTLING) {
      tell(last);
    } else if (last instanceof Ending.Complete complete) {
      complete.last().release();
    }
    ending = null;
  }

  private void tell(Ending last) {
    state = ExchangeState.DONE;
    reply.end(last);
  }

  /** The record does not become safe. */
  private void ledgerStalls() {
    if (ending instanceof Ending.Complete complete) {
      complete.last().release();
      ending = null;
      // The record was taken and nobody can take it back: it says what the engine did.
      ledgerUnavailable(
          "the answer is whole, but its place in the ledger is not safe yet: it may be charged");
    } else if (ending != null) {
      // An error stands whether it is recorded or not.
      Ending error = ending;
      ending = null;
      tell(error);
    }
  }

  private void ledgerUnavailable(String message) {
    boolean streamed = leg.answer() instanceof StreamAnswer;
    // A gathered answer has its head in the bytes that were held: nothing was sent yet.
    reply.nothingLeft();
    tell(new Ending.Failed(Failure.retryLater(ErrorCode.LEDGER_UNAVAILABLE, message, 0), streamed));
  }

  /** The client went away. */
  @Override
  public void clientGone() {
    if (state == ExchangeState.DONE) {
      return;
    }
    letGo();
    settlement.tokens(leg.answer());
    settlement.settle(
        UsageOutcome.CANCELLED, Outcome.CANCELLED, reply.begun() ? 200 : 499, Optional.empty());
    leg.releaseAnswer();
  }

  /** Gives back the place in the queue, the engine and the body. */
  private void letGo() {
    ExchangeState was = state;
    state = ExchangeState.DONE;
    if (was == ExchangeState.QUEUED) {
      search.withdraw();
    }
    leg.abort();
    request.body().release();
  }

  /** The client can or cannot take more. */
  @Override
  public void clientWritable(boolean writable) {
    leg.reading(writable);
    if (writable) {
      // The engine was kept waiting, not the other way round.
      moved();
    }
  }

  /** The relay itself failed: the client is told, and what the request held is given back. */
  @Override
  public void defect() {
    fail(Failure.of(ErrorCode.INTERNAL, "the relay failed to serve this request"));
  }

  @Override
  public boolean waiting() {
    return queued();
  }

  /** An engine is taken away; whether it had this request. */
  boolean cutFrom(String engine) {
    return leg.cutFrom(engine);
  }

  /** Site shutdown: the grace period is over. */
  @Override
  public void shutDown() {
    fail(Failure.retryLater(ErrorCode.SHUTTING_DOWN, "this site is shutting down", 0));
  }

  // ---------------------------------------------------------------- time

  /** Looks at the clock. */
  @Override
  public void sweep(long now) {
    long waited = now - (state == ExchangeState.QUEUED ? queuedSince : waitingSince);
    Overdue.Moment moment =
        new Overdue.Moment(
            state,
            waited,
            now - reply.lastSent(),
            reply.writable(),
            leg.answer() instanceof StreamAnswer stream && stream.terminal(),
            pingable());
    Overdue overdue = Overdue.of(moment, core.options().timeouts());
    switch (overdue) {
      case NOTHING -> {}
      case QUEUE, FIRST_BYTE, NEXT_PIECE -> fail(overdue.failure(waited));
      case END_OF_BODY -> leg.endWithoutBody();
      case CLIENT -> reply.giveUp();
      case LEDGER -> ledgerStalls();
      case SIGN_OF_LIFE -> reply.ping();
    }
  }

  private boolean pingable() {
    RequestReading.Understood understood = read;
    boolean stream = understood != null && understood.envelope().stream();
    Answer answer = leg.answer();
    boolean otherAnswer = answer instanceof PlainAnswer || answer instanceof ErrorAnswer;
    return stream && !otherAnswer && !over();
  }

  // ---------------------------------------------------------------- threads

  /** Works something out away from the event loop and goes on with the result on it. */
  <T> void think(Supplier<T> work, Consumer<T> then) {
    core.think(
        client.loop().loop(),
        work,
        result -> {
          if (state != ExchangeState.DONE) {
            client.loop().guarded(() -> then.accept(result), this::defect);
          }
        },
        this::defect);
  }

  /** Goes on on this exchange's loop after a while. */
  void later(long nanos, Runnable task) {
    client.loop().later(nanos, task, this::defect);
  }

  /** Runs something on this exchange's loop, at once if this is it. */
  void onLoop(Runnable task) {
    client.loop().run(task, this::defect);
  }
}
