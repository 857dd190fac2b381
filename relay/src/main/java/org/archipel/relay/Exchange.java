package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.archipel.engines.ModelSpec;
import org.archipel.ledger.UsageOutcome;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Outcome;
import org.archipel.scheduling.Permit;
import org.archipel.scheduling.Refusal;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;
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

  private enum State {
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

  /** The first attempt and one more, on another engine, before the first byte. */
  private static final int MAX_ATTEMPTS = 2;

  /** Bodies longer than this are read away from the event loop. */
  private static final int READ_INLINE = 512 * 1024;

  /** How long the end of a body may follow the last event of its stream. */
  private static final long AFTER_LAST_EVENT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How long an answer waits for the ledger before it is given up. */
  private static final long LEDGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int BYTES_PER_TOKEN = 4;
  private static final int ASSUMED_COMPLETION = 256;
  private static final byte[] PING = ": ping\n".getBytes(StandardCharsets.US_ASCII);

  private final RelayCore core;
  private final ClientConnection client;
  private final RequestHead request;
  private final Route route;
  private final RequestBody body;
  private final Settlement settlement;

  private State state = State.READING;
  private @Nullable RequestEnvelope envelope;
  private @Nullable ModelSpec model;
  private @Nullable Demand demand;
  private @Nullable EngineTarget engine;
  private @Nullable UpstreamAttempt connecting;
  private @Nullable UpstreamConnection upstream;
  private @Nullable Answer answer;
  private @Nullable Failure lastFailure;
  private boolean freshConnectionTried;
  private boolean headSent;
  private boolean bodyReleased;
  private long waitingSince = System.nanoTime();
  private long lastSent = waitingSince;

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
  }

  // ---------------------------------------------------------------- understanding the request

  void start() {
    if (body.length() <= READ_INLINE) {
      understood(read(body.bytes(), client.loop().scratch()));
    } else {
      ByteBuf bytes = body.bytes().retain();
      think(
          () -> {
            try {
              return read(bytes, new byte[0]);
            } finally {
              bytes.release();
            }
          },
          this::understood);
    }
  }

  /** What reading a body gives: the envelope, or why the request is refused. */
  private record Reading(Optional<RequestEnvelope> envelope, Optional<Failure> failure) {}

  private Reading read(ByteBuf bytes, byte[] scratch) {
    try {
      RequestEnvelope read = EnvelopeReading.read(request, bytes, scratch);
      return new Reading(Optional.of(read), Optional.empty());
    } catch (RefusedException e) {
      return new Reading(Optional.empty(), Optional.of(e.failure()));
    }
  }

  private void understood(Reading reading) {
    if (reading.envelope().isEmpty()) {
      fail(reading.failure().orElseThrow());
      return;
    }
    RequestEnvelope read = reading.envelope().get();
    Optional<ModelSpec> found = core.parts().models().find(read.model());
    if (found.isEmpty()) {
      String name = read.model().substring(0, Math.min(100, read.model().length()));
      fail(
          Failure.ofParam(
              ErrorCode.MODEL_NOT_FOUND,
              "model",
              "model: \"" + name + "\" does not exist here (GET /v1/models lists what does)"));
      return;
    }
    envelope = read;
    model = found.get();
    settlement.understood(model, read.stream(), estimatedPrompt());
    long now = System.nanoTime();
    Demand asked =
        new Demand(
            settlement.caller().organization(),
            settlement.caller().project(),
            ServiceClass.STANDARD,
            RoutingMode.ANY,
            (int) estimatedPrompt(),
            read.maxTokens() >= 0 ? read.maxTokens() : ASSUMED_COMPLETION,
            settlement.arrivedNanos(),
            now + core.options().timeouts().queue().toNanos(),
            Set.of());
    demand = asked;
    enqueue(asked);
  }

  private long estimatedPrompt() {
    // Audio and images say nothing about tokens.
    return request.multipart() ? 0 : body.length() / BYTES_PER_TOKEN;
  }

  // ---------------------------------------------------------------- waiting for an engine

  private void enqueue(Demand asked) {
    state = State.QUEUED;
    waitingSince = System.nanoTime();
    core.dispatcher().submit(modelId(), asked, this);
  }

  /** A permit is there. */
  void started(Permit permit, EngineTarget target) {
    if (state != State.QUEUED) {
      // The client left while the decision was on its way.
      core.dispatcher().complete(modelId(), permit, Outcome.CANCELLED);
      return;
    }
    settlement.started(permit, target);
    engine = target;
    freshConnectionTried = false;
    state = State.CONNECTING;
    connecting = client.loop().upstreams().open(target, this);
  }

  /** The pool says no. */
  void refused(Refusal refusal) {
    if (state != State.QUEUED) {
      return;
    }
    Failure earlier = lastFailure;
    if (earlier != null && refusal.reason() == Refusal.Reason.NO_ENGINE) {
      fail(earlier);
      return;
    }
    long after = refusal.retryAfterNanos();
    fail(
        switch (refusal.reason()) {
          case NO_ENGINE ->
              Failure.retryLater(
                  ErrorCode.NO_ENGINE_AVAILABLE, "no engine for this model is up", after);
          case QUEUE_FULL ->
              Failure.retryLater(
                  ErrorCode.QUEUE_FULL, "too many requests wait for this model", after);
          case DEADLINE_PASSED ->
              Failure.retryLater(ErrorCode.QUEUE_TIMEOUT, "no engine became free in time", after);
        });
  }

  private void retryOrFail(Outcome outcome, Failure failure) {
    upstream = null;
    settlement.giveBack(outcome);
    Demand asked = demand;
    EngineTarget failed = engine;
    if (settlement.attempts() >= MAX_ATTEMPTS || asked == null || failed == null) {
      fail(failure);
      return;
    }
    lastFailure = failure;
    Demand next = asked.without(failed.spec().id());
    demand = next;
    enqueue(next);
  }

  // ---------------------------------------------------------------- talking to the engine

  @Override
  public void connected(UpstreamConnection connection) {
    RequestEnvelope read = envelope;
    if (read == null) {
      throw new IllegalStateException("connected before the request was understood");
    }
    upstream = connection;
    EngineTarget target = connection.target();
    List<BodyEdits.Edit> edits =
        request.multipart()
            ? BodyEdits.multipart(read, target.upstreamModel())
            : BodyEdits.json(read, route, target.upstreamModel());
    state = State.SENT;
    waitingSince = System.nanoTime();
    settlement.sent();
    connection.send(
        UpstreamRequest.encode(
            client.allocator(), client.loop().head(), request, target, body.bytes(), edits));
  }

  @Override
  public void responseHead(HttpResponse head) {
    int status = head.status().code();
    waitingSince = System.nanoTime();
    if (status == 502 || status == 503 || status == 529) {
      abortUpstream();
      boolean busy = status != 502;
      String text = "the engine answered " + status;
      retryOrFail(
          busy ? Outcome.PUSHED_BACK : Outcome.FAILED,
          busy
              ? Failure.retryLater(ErrorCode.NO_ENGINE_AVAILABLE, text, 0)
              : Failure.of(ErrorCode.ENGINE_FAILED, text));
      return;
    }
    releaseBody();
    settlement.firstByte();
    state = State.ANSWERING;
    if (status >= 400) {
      answer = new ErrorAnswer(this, status);
    } else if (status >= 300) {
      fail(Failure.of(ErrorCode.ENGINE_FAILED, "the engine answered " + status));
    } else {
      answer = answerFor(head);
    }
  }

  private @Nullable Answer answerFor(HttpResponse head) {
    RequestEnvelope read = envelope;
    boolean events =
        head.headers()
            .get(HttpHeaderNames.CONTENT_TYPE, "")
            .regionMatches(true, 0, "text/event-stream", 0, 17);
    if (events && read != null) {
      startStream(Optional.of(head));
      return new StreamAnswer(this, route.kind(), read.streamOptions());
    }
    if (headSent) {
      fail(Failure.of(ErrorCode.ENGINE_FAILED, "the engine did not answer with a stream"));
      return null;
    }
    Optional<Boolean> base64 =
        route.kind() == Route.Kind.EMBEDDINGS && read != null
            ? Optional.of(read.encodingFormat().equals(Optional.of("base64")))
            : Optional.empty();
    return new PlainAnswer(this, head, base64);
  }

  @Override
  public void responseContent(ByteBuf content) {
    waitingSince = System.nanoTime();
    Answer current = answer;
    if (current != null && state == State.ANSWERING) {
      settlement.relayed(content.readableBytes());
      current.content(content);
    }
  }

  @Override
  public void readComplete() {
    Answer current = answer;
    if (current != null && state == State.ANSWERING) {
      current.readComplete();
      UpstreamConnection connection = upstream;
      if (connection != null && !client.writable()) {
        connection.reading(false);
      }
    }
  }

  @Override
  public void responseEnd() {
    upstream = null;
    Answer current = answer;
    if (current != null && state == State.ANSWERING) {
      current.end();
    }
  }

  @Override
  public void connectionFailed(Problem problem, boolean reused) {
    upstream = null;
    EngineTarget target = engine;
    if (target == null || state == State.DONE || state == State.SETTLING) {
      return;
    }
    if (state == State.ANSWERING) {
      fail(Failure.of(ErrorCode.ENGINE_FAILED, problem.text() + " in the middle of the answer"));
      return;
    }
    if (state == State.SENT && reused && !freshConnectionTried) {
      // The connection was stale: the engine closed it while the request was on its way.
      freshConnectionTried = true;
      state = State.CONNECTING;
      connecting = client.loop().upstreams().openNew(target, this);
      return;
    }
    if (problem == Problem.CONNECT) {
      core.parts()
          .models()
          .unreachable(modelId(), target.spec().id(), "requests cannot connect to it");
    }
    retryOrFail(Outcome.FAILED, Failure.of(ErrorCode.ENGINE_FAILED, problem.text()));
  }

  // ---------------------------------------------------------------- talking to the client

  /** Where an answer goes that is complete but for its last bytes. */
  void answered(ByteBuf last, UsageOutcome outcome) {
    state = State.SETTLING;
    waitingSince = System.nanoTime();
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
    client.write(last);
    client.flush();
    client.exchangeDone(true);
  }

  /** An engine said that the request is wrong. */
  void rejectedByEngine(int status, EngineError error) {
    if (headSent) {
      fail(
          Failure.of(
              ErrorCode.INVALID_REQUEST, error.message().orElse("the engine answered " + status)));
      return;
    }
    state = State.DONE;
    settlement.settle(
        UsageOutcome.FAILED, Outcome.COMPLETED, status, Optional.of("engine_rejected"));
    byte[] text = error.body(status, route, request.requestId());
    client.answerWhole(status, text, 0);
    client.exchangeDone(true);
  }

  /** Ends the request with an error, in whatever way the client can still be told. */
  void fail(Failure failure) {
    if (state == State.DONE || state == State.SETTLING) {
      return;
    }
    if (state == State.QUEUED) {
      core.dispatcher().withdraw(modelId(), this);
    }
    abortUpstream();
    int status = headSent ? 200 : failure.code().status();
    // An error of the engine sends no head: if there is one, pings began a stream.
    boolean stream = !(answer instanceof PlainAnswer);
    state = State.DONE;
    releaseBody();
    settlement.tokens(answer);
    settlement.settle(
        UsageOutcome.FAILED, Outcome.FAILED, status, Optional.of(failure.code().code()));
    releaseAnswerMemory();
    tell(failure, stream);
  }

  private void tell(Failure failure, boolean stream) {
    if (!headSent) {
      client.answerFailure(failure, route);
      client.exchangeDone(true);
    } else if (stream) {
      byte[] event = ErrorBody.event(failure, route, request.requestId());
      client.write(StreamAnswer.alone(this, event, true));
      client.flush();
      client.exchangeDone(true);
    } else {
      // A body that was cut has to look cut.
      client.exchangeDone(false);
    }
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
    abortUpstream();
    releaseBody();
    settlement.tokens(answer);
    settlement.settle(
        UsageOutcome.CANCELLED, Outcome.CANCELLED, headSent ? 200 : 499, Optional.empty());
    releaseAnswerMemory();
  }

  /** The client can or cannot take more. */
  void clientWritable(boolean writable) {
    UpstreamConnection connection = upstream;
    if (connection != null) {
      connection.reading(writable);
    }
    if (writable) {
      // The engine was kept waiting, not the other way round.
      waitingSince = System.nanoTime();
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
    RelayTimeouts timeouts = core.options().timeouts();
    switch (state) {
      case SENT -> {
        if (now - waitingSince > timeouts.firstByte().toNanos()) {
          fail(Failure.of(ErrorCode.ENGINE_TIMEOUT, "the engine did not answer in time"));
          return;
        }
      }
      case ANSWERING -> {
        if (sweepAnswer(now, timeouts)) {
          return;
        }
      }
      case SETTLING -> {
        if (now - waitingSince > LEDGER_NANOS) {
          ledgerUnavailable();
        }
        return;
      }
      case READING, QUEUED, CONNECTING, DONE -> {}
    }
    RequestEnvelope read = envelope;
    boolean streaming = read != null && read.stream() && (answer == null || headSent);
    // A ping to one who does not read would make it seem to be there.
    if (streaming
        && client.writable()
        && state != State.DONE
        && now - lastSent > timeouts.ping().toNanos()) {
      ping();
    }
  }

  /** Returns true when the answer ended here. */
  private boolean sweepAnswer(long now, RelayTimeouts timeouts) {
    Answer current = answer;
    if (!client.writable()) {
      if (now - lastSent > timeouts.clientStall().toNanos()) {
        client.close();
        return true;
      }
      return false;
    }
    if (current != null && current.terminal() && now - waitingSince > AFTER_LAST_EVENT_NANOS) {
      abortUpstream();
      current.end();
      return true;
    }
    if (now - waitingSince > timeouts.betweenChunks().toNanos()) {
      fail(Failure.of(ErrorCode.ENGINE_TIMEOUT, "the engine stopped in the middle of the answer"));
      return true;
    }
    return false;
  }

  private void ping() {
    if (answer instanceof PlainAnswer || answer instanceof ErrorAnswer) {
      return;
    }
    if (!headSent) {
      startStream(Optional.empty());
    }
    send(StreamAnswer.alone(this, PING, false));
    client.flush();
  }

  // ---------------------------------------------------------------- for the answers

  ByteBuf buffer(int capacity) {
    return client.allocator().buffer(capacity);
  }

  byte[] scratch() {
    return client.loop().scratch();
  }

  boolean chunkedAllowed() {
    return request.chunkedAllowed();
  }

  void send(ByteBuf bytes) {
    lastSent = System.nanoTime();
    client.write(bytes);
  }

  void flush() {
    client.flush();
  }

  /** The head of an answer that is no stream; a negative length means that nobody knows it. */
  HeadWriter head(HttpResponse engineHead, int status, long length) {
    headSent = true;
    settlement.status(status);
    ResponseHead head = client.beginHead(status, request, length >= 0 || request.chunkedAllowed());
    engineLines(head);
    String type = engineHead.headers().get(HttpHeaderNames.CONTENT_TYPE);
    if (type != null) {
      head.contentType(type);
    }
    head.passed(engineHead.headers());
    if (status == 204) {
      // Ends with its head. A client would take bytes of a framing for the next answer.
      return head.end();
    }
    if (length >= 0) {
      head.contentLength(length);
    } else if (request.chunkedAllowed()) {
      head.chunked();
    }
    return head.end();
  }

  /** Works something out away from the event loop and goes on with the result on it. */
  <T> void think(Supplier<T> work, Consumer<T> then) {
    core.thinking()
        .execute(
            () -> {
              try {
                T result = work.get();
                client.loop().loop().execute(() -> ifAlive(() -> then.accept(result)));
              } catch (RuntimeException | OutOfMemoryError e) {
                LOG.error("a request ends after a defect of the relay", e);
                client.loop().loop().execute(() -> ifAlive(this::defect));
              }
            });
  }

  /** Runs something on this exchange's loop, at once if this is it. */
  void onLoop(Runnable task) {
    if (client.loop().loop().inEventLoop()) {
      guarded(task);
    } else {
      client.loop().loop().execute(() -> guarded(task));
    }
  }

  // ---------------------------------------------------------------- inside

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

  private void startStream(Optional<HttpResponse> engineHead) {
    if (headSent) {
      return;
    }
    headSent = true;
    settlement.status(200);
    ResponseHead head = client.beginHead(200, request, request.chunkedAllowed());
    if (engineHead.isPresent()) {
      engineLines(head);
    }
    head.eventStream();
    if (request.chunkedAllowed()) {
      head.chunked();
    }
    HeadWriter writer = head.end();
    ByteBuf bytes = buffer(writer.length());
    writer.copyTo(bytes);
    send(bytes);
  }

  private void engineLines(ResponseHead head) {
    EngineTarget target = engine;
    if (target != null) {
      head.engine(target, settlement.queuedMicros());
    }
  }

  private void ledgerUnavailable() {
    boolean streamed = answer instanceof StreamAnswer;
    state = State.DONE;
    releaseAnswerMemory();
    // A gathered answer has its head in the bytes that were held: nothing was sent yet.
    headSent = client.answerBegun();
    tell(
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

  private void abortUpstream() {
    UpstreamAttempt attempt = connecting;
    if (attempt != null) {
      attempt.cancel();
      connecting = null;
    }
    UpstreamConnection connection = upstream;
    if (connection != null) {
      upstream = null;
      connection.abort();
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
