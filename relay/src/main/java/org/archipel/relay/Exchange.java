package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.archipel.directory.Caller;
import org.archipel.engines.ModelSpec;
import org.archipel.ledger.UsageOutcome;
import org.archipel.scheduling.Completion;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Refusal;
import org.archipel.scheduling.TokenEstimate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request between its client and an engine: from the body's last byte to the answer's.
 *
 * <p>Lives on the event loop of its client's connection; the engine's connection is on the same
 * loop. {@link Settlement} sees to it that the permit and the usage record happen exactly once,
 * whichever of answer, error and departure of the client comes first.
 */
final class Exchange implements UpstreamListener {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** Where an exchange is. */
  enum State {
    /** The body is being understood. */
    READING,
    /** Waits for a permit. */
    QUEUED,
    /** Waits for a connection to the engine. */
    CONNECTING,
    /** Waits for the engine's answer to begin. */
    SENT,
    /** The answer is under way. */
    ANSWERING,
    /** All is there; the last bytes wait for the ledger. */
    SETTLING,
    DONE
  }

  /** Clients do not keep to advice that is longer (http-contract.md §4). */
  private static final long LONGEST_ADVICE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final RelayCore core;
  private final ClientConnection client;
  private final RequestHead request;
  private final Route route;
  private final RequestBody body;
  private final Settlement settlement;
  private final Reply reply;
  private final EngineLeg leg;

  private State state = State.READING;
  private @Nullable RequestEnvelope envelope;
  private @Nullable ModelSpec model;
  private @Nullable Asks asks;
  private @Nullable Attempts attempts;
  private @Nullable EngineTarget engine;
  private @Nullable Answer answer;
  private boolean bodyReleased;
  private long waitingSince;
  private long queuedSince;

  Exchange(
      RelayCore core,
      ClientConnection client,
      RequestHead request,
      Route route,
      RequestBody body,
      Settlement settlement) {
    this.core = core;
    this.client = client;
    this.request = request;
    this.route = route;
    this.body = body;
    this.settlement = settlement;
    this.reply = new Reply(client, request, route, settlement);
    this.leg = new EngineLeg(client.loop().upstreams());
    this.waitingSince = client.loop().now();
    this.queuedSince = waitingSince;
  }

  /** The way to the client. */
  Reply reply() {
    return reply;
  }

  // ---------------------------------------------------------------- understanding the request

  void start() {
    RequestReader reader = core.requestReader();
    Caller caller = settlement.caller();
    if (body.length() <= RequestReader.READ_INLINE) {
      understood(reader.read(request, route, caller, body.bytes(), reply.scratch()));
    } else {
      ByteBuf bytes = body.bytes().retain();
      think(
          () -> {
            try {
              return reader.read(request, route, caller, bytes, new byte[0]);
            } finally {
              bytes.release();
            }
          },
          this::understood);
    }
  }

  private void understood(RequestReading reading) {
    switch (reading) {
      case RequestReading.Refused refused -> fail(refused.failure());
      case RequestReading.Understood understood -> {
        envelope = understood.envelope();
        model = understood.model();
        asks = understood.asks();
        TokenEstimate tokens =
            RequestReader.estimate(request, route, understood.envelope(), body.length());
        settlement.understood(understood.model(), understood.envelope().stream(), tokens.prompt());
        Demand asked =
            asksWithPatience(understood.asks())
                .demand(settlement.caller(), settlement.arrivedNanos(), tokens);
        long seed = request.recordId().getLeastSignificantBits();
        settlement.patience(asked.flow().serviceClass());
        attempts = new Attempts(asked, settlement::takeRetry, seed);
        queuedSince = System.nanoTime();
        enqueue(asked);
      }
    }
  }

  /**
   * A burst of embeddings waits as long as anything may: one refusal spoils the import of a
   * document, since importers do not try again (http-contract.md §1).
   */
  private Asks asksWithPatience(Asks said) {
    return route.generates()
        ? said
        : said.withDeadlineUnlessSaid(core.options().timeouts().queue().toNanos());
  }

  // ---------------------------------------------------------------- waiting for an engine

  private void enqueue(Demand asked) {
    state = State.QUEUED;
    waitingSince = client.loop().now();
    core.dispatcher().submit(modelId(), asked, this);
  }

  /** A permit is there. */
  void started(Permit permit, EngineTarget target) {
    if (state != State.QUEUED) {
      // The client left while the decision was on its way.
      core.dispatcher().complete(modelId(), permit, Completion.of(Outcome.CANCELLED));
      return;
    }
    settlement.started(permit, target);
    engine = target;
    state = State.CONNECTING;
    leg.open(target, this);
  }

  /** The pool says no. */
  void refused(Refusal refusal) {
    Attempts made = attempts;
    if (state == State.QUEUED && made != null) {
      goOn(made.refused(refusal));
    }
  }

  /** The engine is busy: the request goes back to its place. */
  private void pushedBack() {
    settlement.giveBack(Outcome.PUSHED_BACK);
    Attempts made = attempts;
    EngineTarget busy = engine;
    if (made != null && busy != null) {
      goOn(made.pushedBack(busy.spec().id()));
    }
  }

  private void failedOnEngine(Failure failure) {
    settlement.giveBack(Outcome.FAILED);
    Attempts made = attempts;
    EngineTarget failed = engine;
    if (made != null && failed != null) {
      goOn(made.failed(failed.spec().id(), failure));
    }
  }

  private void goOn(Attempts.Next next) {
    switch (next) {
      case Attempts.Next.Submit submit -> enqueue(submit.demand());
      case Attempts.Next.GiveUp giveUp -> fail(giveUp.failure());
      case Attempts.Next.Pause pause -> {
        state = State.QUEUED;
        client
            .loop()
            .loop()
            .schedule(
                () -> guarded(() -> resume(pause.demand())), pause.nanos(), TimeUnit.NANOSECONDS);
      }
    }
  }

  private void resume(Demand asked) {
    // While it pauses nobody else submits it; it can only have ended.
    if (state == State.QUEUED) {
      enqueue(asked);
    }
  }

  // ---------------------------------------------------------------- talking to the engine

  @Override
  public void connected(UpstreamConnection connection) {
    RequestEnvelope read = envelope;
    if (read == null) {
      throw new IllegalStateException("connected before the request was understood");
    }
    leg.take(connection);
    EngineTarget target = connection.target();
    List<BodyEdits.Edit> edits = edits(read, target);
    state = State.SENT;
    waitingSince = client.loop().now();
    settlement.sent();
    connection.send(
        UpstreamRequest.encode(
            client.writer().allocator(),
            client.loop().head(),
            request,
            target,
            body.bytes(),
            edits));
  }

  private List<BodyEdits.Edit> edits(RequestEnvelope read, EngineTarget target) {
    if (request.multipart()) {
      return BodyEdits.multipart(read, target.upstreamModel());
    }
    Asks said = asks;
    OptionalInt priority =
        said == null ? OptionalInt.empty() : target.priority().number(said.serviceClass());
    return BodyEdits.json(read, route, target.upstreamModel(), priority);
  }

  @Override
  public void responseHead(EngineHead head) {
    int status = head.status();
    waitingSince = client.loop().now();
    switch (status) {
      case 429, 503, 529 -> {
        leg.abort();
        pushedBack();
      }
      case 408, 502, 504 -> {
        leg.abort();
        failedOnEngine(Failure.of(ErrorCode.ENGINE_FAILED, "the engine answered " + status));
      }
      default -> answering(status, head);
    }
  }

  private void answering(int status, EngineHead head) {
    if (status != 500) {
      // After a 500 it may still be wanted on another engine.
      releaseBody();
    }
    settlement.firstByte();
    state = State.ANSWERING;
    if (status < 300 && !route.generates()) {
      // The engine has read all of the prompt, and there is no other token to come.
      settlement.firstToken();
    }
    if (status >= 400) {
      answer = new ErrorAnswer(this, status);
    } else if (status >= 300) {
      fail(Failure.of(ErrorCode.ENGINE_FAILED, "the engine answered " + status));
    } else {
      answer = answerFor(head);
    }
  }

  private @Nullable Answer answerFor(EngineHead head) {
    RequestEnvelope read = envelope;
    boolean events = head.eventStream();
    if (read == null || (reply.begun() && !events)) {
      fail(Failure.of(ErrorCode.ENGINE_FAILED, "the engine did not answer with a stream"));
      return null;
    }
    if (events) {
      reply.startStream();
      return new StreamAnswer(this, route.kind(), read.streamOptions());
    }
    return new PlainAnswer(this, head, read.wantsBase64(route.kind()));
  }

  @Override
  public void responseContent(byte[] bytes, int start, int end) {
    waitingSince = client.loop().now();
    Answer current = answer;
    if (current != null && state == State.ANSWERING) {
      settlement.relayed(end - start);
      current.content(bytes, start, end);
    }
  }

  @Override
  public void readComplete() {
    Answer current = answer;
    if (current != null && state == State.ANSWERING) {
      current.readComplete();
      if (!reply.writable()) {
        leg.reading(false);
      }
    }
  }

  @Override
  public void responseEnd() {
    leg.ended();
    Answer current = answer;
    if (current != null && state == State.ANSWERING) {
      current.end();
    }
  }

  @Override
  public void connectionFailed(Problem problem, boolean reused) {
    leg.ended();
    EngineTarget target = engine;
    if (target == null || state == State.DONE || state == State.SETTLING) {
      return;
    }
    if (state == State.ANSWERING) {
      fail(Failure.of(ErrorCode.ENGINE_FAILED, problem.text() + " in the middle of the answer"));
      return;
    }
    if (state == State.SENT && reused && !leg.freshTried()) {
      // A stale connection: the engine closed it while the request was on its way.
      state = State.CONNECTING;
      leg.openFresh(target, this);
      return;
    }
    if (problem == Problem.CONNECT) {
      core.parts()
          .models()
          .unreachable(modelId(), target.spec().id(), "requests cannot connect to it");
    }
    failedOnEngine(Failure.of(ErrorCode.ENGINE_FAILED, problem.text()));
  }

  /** The engine's error has come to its end: of the engine, not of the request. */
  void brokenEngine(int status, Failure failure) {
    if (status == 500) {
      answer = null;
      failedOnEngine(failure);
    } else {
      fail(failure);
    }
  }

  /**
   * So many pieces of the answer have come.
   *
   * @param first whether none was told of before
   */
  void generated(long pieces, boolean first) {
    if (first) {
      settlement.firstToken();
    } else {
      settlement.progressed(pieces);
    }
  }

  // ---------------------------------------------------------------- talking to the client

  /** Where an answer goes that is complete but for its last bytes. */
  void answered(ByteBuf last, UsageOutcome outcome) {
    state = State.SETTLING;
    waitingSince = client.loop().now();
    releaseAnswer(outcome, Optional.empty());
    if (!settlement.recorded()) {
      last.release();
      state = State.ANSWERING;
      ledgerUnavailable();
      return;
    }
    if (!core.options().strictDurability()) {
      finish(last);
      return;
    }
    client.loop().durable().await(settlement.sequence(), () -> durable(last));
  }

  private void durable(ByteBuf last) {
    if (state == State.SETTLING) {
      finish(last);
    } else {
      last.release();
    }
  }

  private void finish(ByteBuf last) {
    state = State.DONE;
    reply.finish(last);
  }

  /** An engine said that the request is wrong. */
  void rejectedByEngine(int status, EngineError error) {
    if (reply.begun()) {
      fail(
          Failure.of(
              ErrorCode.INVALID_REQUEST, error.message().orElse("the engine answered " + status)));
      return;
    }
    state = State.DONE;
    settlement.settle(
        UsageOutcome.FAILED, Outcome.COMPLETED, status, Optional.of("engine_rejected"));
    reply.reject(status, error);
  }

  /** Ends the request with an error, in whatever way the client can still be told. */
  void fail(Failure failure) {
    if (state == State.DONE || state == State.SETTLING) {
      return;
    }
    if (state == State.QUEUED) {
      core.dispatcher().withdraw(modelId(), this);
    }
    leg.abort();
    int status = reply.begun() ? 200 : failure.code().status();
    // An error of the engine sends no head: if there is one, pings began a stream.
    boolean stream = !(answer instanceof PlainAnswer);
    state = State.DONE;
    releaseBody();
    settlement.tokens(answer);
    settlement.settle(
        UsageOutcome.FAILED, Outcome.FAILED, status, Optional.of(failure.code().code()));
    releaseAnswerMemory();
    reply.fail(failure, stream);
  }

  /** The client went away. */
  void clientGone() {
    if (state == State.DONE) {
      return;
    }
    State was = state;
    state = State.DONE;
    if (was == State.QUEUED) {
      core.dispatcher().withdraw(modelId(), this);
    }
    leg.abort();
    releaseBody();
    settlement.tokens(answer);
    settlement.settle(
        UsageOutcome.CANCELLED, Outcome.CANCELLED, reply.begun() ? 200 : 499, Optional.empty());
    releaseAnswerMemory();
  }

  /** The client can or cannot take more. */
  void clientWritable(boolean writable) {
    leg.reading(writable);
    if (writable) {
      // The engine was kept waiting, not the other way round.
      waitingSince = client.loop().now();
    }
  }

  /** The relay itself failed: the client is told, and what the request held is given back. */
  void defect() {
    fail(Failure.of(ErrorCode.INTERNAL, "the relay failed to serve this request"));
  }

  /** Whether it waits for an engine. */
  boolean waiting() {
    return state == State.QUEUED;
  }

  /** Site shutdown: the grace period is over. */
  void shutDown() {
    if (state == State.SETTLING) {
      return;
    }
    fail(Failure.retryLater(ErrorCode.SHUTTING_DOWN, "this site is shutting down", 0));
  }

  // ---------------------------------------------------------------- time

  /** Looks at the clock. */
  void sweep(long now) {
    Overdue.Moment moment =
        new Overdue.Moment(
            state,
            now - (state == State.QUEUED ? queuedSince : waitingSince),
            now - reply.lastSent(),
            reply.writable(),
            answer instanceof StreamAnswer stream && stream.terminal(),
            pingable());
    switch (Overdue.of(moment, core.options().timeouts())) {
      case NOTHING -> {}
      case QUEUE ->
          fail(
              Failure.retryLater(
                  ErrorCode.QUEUE_TIMEOUT,
                  "no engine became free in time",
                  Math.min(now - queuedSince, LONGEST_ADVICE_NANOS)));
      case FIRST_BYTE ->
          fail(Failure.of(ErrorCode.ENGINE_TIMEOUT, "the engine did not answer in time"));
      case NEXT_PIECE ->
          fail(
              Failure.of(
                  ErrorCode.ENGINE_TIMEOUT, "the engine stopped in the middle of the answer"));
      case END_OF_BODY -> {
        leg.abort();
        responseEnd();
      }
      case CLIENT -> reply.giveUp();
      case LEDGER -> ledgerUnavailable();
      case SIGN_OF_LIFE -> reply.ping();
    }
  }

  private boolean pingable() {
    RequestEnvelope read = envelope;
    boolean stream = read != null && read.stream();
    boolean otherAnswer = answer instanceof PlainAnswer || answer instanceof ErrorAnswer;
    return stream && !otherAnswer && state != State.SETTLING && state != State.DONE;
  }

  // ---------------------------------------------------------------- threads

  /** Works something out away from the event loop and goes on with the result on it. */
  <T> void think(Supplier<T> work, Consumer<T> then) {
    core.think(
        client.loop().loop(), work, result -> ifAlive(() -> then.accept(result)), this::defect);
  }

  /** Runs something on this exchange's loop, at once if this is it. */
  void onLoop(Runnable task) {
    if (client.loop().loop().inEventLoop()) {
      guarded(task);
    } else {
      client.loop().loop().execute(() -> guarded(task));
    }
  }

  private void ifAlive(Runnable task) {
    if (state != State.DONE) {
      guarded(task);
    }
  }

  /** On an event loop nobody else hears of a defect: the client would wait for ever. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a request ends after a defect of the relay", e);
      defect();
    }
  }

  // ---------------------------------------------------------------- giving back

  private void ledgerUnavailable() {
    boolean streamed = answer instanceof StreamAnswer;
    state = State.DONE;
    releaseAnswerMemory();
    // A gathered answer has its head in the bytes that were held: nothing was sent yet.
    reply.nothingLeft();
    reply.fail(
        Failure.retryLater(
            ErrorCode.LEDGER_UNAVAILABLE, "the answer could not be put into the ledger", 0),
        streamed);
  }

  private void releaseAnswer(UsageOutcome outcome, Optional<String> code) {
    settlement.tokens(answer);
    settlement.settle(outcome, Outcome.COMPLETED, 0, code);
    releaseAnswerMemory();
  }

  private void releaseAnswerMemory() {
    Answer current = answer;
    if (current != null) {
      current.release();
    }
  }

  private void releaseBody() {
    if (!bodyReleased) {
      bodyReleased = true;
      body.release();
    }
  }

  private String modelId() {
    ModelSpec known = model;
    if (known == null) {
      throw new IllegalStateException("the model is not known yet");
    }
    return known.id();
  }
}
