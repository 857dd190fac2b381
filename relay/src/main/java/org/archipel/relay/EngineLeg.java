package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The engine's half of an exchange: finds a connection, sends the request and makes an {@link
 * Answer} of what comes back. What becomes of the request is the exchange's to say. Lives on the
 * event loop of the client's connection.
 */
final class EngineLeg implements UpstreamListener {
  private final RelayCore core;
  private final Exchange exchange;
  private final ClientConnection client;
  private final ClientRequest request;
  private final Settlement settlement;

  private RequestReading.@Nullable Understood read;
  private @Nullable EngineTarget target;
  private @Nullable UpstreamAttempt connecting;
  private @Nullable UpstreamConnection connection;
  private @Nullable Answer answer;

  /** What tells another site whose request it is; nothing for an engine. */
  private String asserted = "";

  /** Whether a new connection was opened after one that had waited for work failed. */
  private boolean freshTried;

  EngineLeg(
      RelayCore core,
      Exchange exchange,
      ClientConnection client,
      ClientRequest request,
      Settlement settlement) {
    this.core = core;
    this.exchange = exchange;
    this.client = client;
    this.request = request;
    this.settlement = settlement;
  }

  /** Finds or opens a connection to an engine and sends it the request. */
  void open(EngineTarget engine, String assertion, RequestReading.Understood understood) {
    read = understood;
    asserted = assertion;
    target = engine;
    freshTried = false;
    connecting = client.loop().upstreams().open(engine, this);
  }

  /** The answer that is under way, or the last one. */
  @Nullable Answer answer() {
    return answer;
  }

  /** Stops or resumes reading the answer. */
  void reading(boolean on) {
    UpstreamConnection current = connection;
    if (current != null) {
      current.reading(on);
    }
  }

  /** Closes whatever is open; nothing more is heard of the engine. */
  void abort() {
    UpstreamAttempt attempt = connecting;
    connecting = null;
    if (attempt != null) {
      attempt.cancel();
    }
    UpstreamConnection current = connection;
    connection = null;
    if (current != null) {
      current.abort();
    }
  }

  /**
   * The engine is taken away: what it has not begun to answer goes on elsewhere, and the rest ends.
   *
   * @return whether it had this request
   */
  boolean cutFrom(String engine) {
    EngineTarget current = target;
    boolean there = connecting != null || connection != null;
    boolean meant =
        current != null && current.site().isEmpty() && current.spec().id().equals(engine);
    if (current == null || !there || !meant || exchange.over()) {
      return false;
    }
    Failure failure = Failure.of(ErrorCode.ENGINE_FAILED, "the engine was taken away");
    if (exchange.answering()) {
      exchange.fail(failure);
    } else {
      abort();
      exchange.search().failed(current, failure, true);
    }
    return true;
  }

  /** Gives the memory of the answer back. */
  void releaseAnswer() {
    Answer current = answer;
    if (current != null) {
      current.release();
    }
  }

  // ---------------------------------------------------------------- the request

  @Override
  public void connected(UpstreamConnection ready) {
    RequestReading.Understood understood = read;
    if (understood == null) {
      throw new IllegalStateException("connected before the request was understood");
    }
    // Owned from now on, so that it is closed whatever goes wrong.
    connection = ready;
    EngineTarget engine = ready.target();
    List<BodyEdits.Edit> edits = edits(understood, engine);
    exchange.enter(ExchangeState.SENT);
    settlement.sent();
    ByteBuf whole =
        UpstreamRequest.encode(
            client.writer().allocator(),
            client.loop().head(),
            request.head(),
            new UpstreamRequest.Towards(engine, asserted),
            request.body().bytes(),
            edits);
    ready.send(whole);
  }

  private List<BodyEdits.Edit> edits(RequestReading.Understood understood, EngineTarget engine) {
    RequestEnvelope envelope = understood.envelope();
    if (request.head().multipart()) {
      return BodyEdits.multipart(envelope, engine.upstreamModel());
    }
    OptionalInt priority = engine.priority().number(understood.asks().serviceClass());
    return BodyEdits.json(envelope, request.route(), engine.upstreamModel(), priority);
  }

  // ---------------------------------------------------------------- the answer

  @Override
  public void responseHead(EngineHead head) {
    int status = head.status();
    exchange.moved();
    switch (status) {
      case 429, 503, 529 -> {
        abort();
        exchange.search().pushedBack(engine());
      }
      case 408, 502, 504 -> failed(status);
      default -> {
        if (engine().site().isPresent() && !judged(status)) {
          failed(status);
        } else {
          answering(status, head);
        }
      }
    }
  }

  /** Whether another site's answer is about the request; all others are about that site. */
  private static boolean judged(int status) {
    return status < 300 || status == 400 || status == 422;
  }

  private void failed(int status) {
    abort();
    exchange
        .search()
        .failed(
            engine(), Failure.of(ErrorCode.ENGINE_FAILED, "the engine answered " + status), false);
  }

  private void answering(int status, EngineHead head) {
    if (status != 500) {
      // After a 500 it may still be wanted on another engine.
      request.body().release();
    }
    settlement.firstByte();
    exchange.reply().servedBy(engine(), head);
    exchange.enter(ExchangeState.ANSWERING);
    if (status < 300 && !request.route().generates()) {
      // The engine has read all of the prompt, and there is no other token to come.
      settlement.firstToken();
    }
    if (status >= 400) {
      answer = new ErrorAnswer(this, exchange, status);
    } else if (status >= 300) {
      exchange.fail(Failure.of(ErrorCode.ENGINE_FAILED, "the engine answered " + status));
    } else {
      answer = answerFor(head);
    }
  }

  private @Nullable Answer answerFor(EngineHead head) {
    RequestReading.Understood understood = read;
    Reply reply = exchange.reply();
    boolean events = head.eventStream();
    if (understood == null || (reply.begun() && !events)) {
      exchange.fail(Failure.of(ErrorCode.ENGINE_FAILED, "the engine did not answer with a stream"));
      return null;
    }
    RequestEnvelope envelope = understood.envelope();
    Route.Kind kind = request.route().kind();
    if (events) {
      reply.startStream();
      return new StreamAnswer(exchange, settlement, kind, envelope.streamOptions());
    }
    return new PlainAnswer(exchange, head, envelope.wantsBase64(kind));
  }

  @Override
  public void responseContent(byte[] bytes, int start, int end) {
    exchange.moved();
    Answer current = answer;
    if (current != null && exchange.answering()) {
      settlement.relayed(end - start);
      current.content(bytes, start, end);
    }
  }

  @Override
  public void readComplete() {
    Answer current = answer;
    if (current != null && exchange.answering()) {
      current.readComplete();
      if (!exchange.reply().writable()) {
        reading(false);
      }
    }
  }

  @Override
  public void responseEnd() {
    connection = null;
    Answer current = answer;
    if (current != null && exchange.answering()) {
      current.end();
    }
  }

  /** The last event of a stream went by: the answer is whole, whether its body ends or not. */
  void endWithoutBody() {
    abort();
    responseEnd();
  }

  // ---------------------------------------------------------------- failures

  @Override
  public void connectionFailed(Problem problem, boolean reused) {
    connection = null;
    EngineTarget engine = target;
    if (engine == null || exchange.over()) {
      return;
    }
    if (exchange.answering()) {
      exchange.fail(
          Failure.of(ErrorCode.ENGINE_FAILED, problem.text() + " in the middle of the answer"));
      return;
    }
    if (exchange.sent() && reused && !freshTried) {
      // A stale connection: the engine closed it while the request was on its way.
      exchange.enter(ExchangeState.CONNECTING);
      freshTried = true;
      connecting = client.loop().upstreams().openNew(engine, this);
      return;
    }
    if (problem == Problem.CONNECT && engine.site().isEmpty()) {
      core.parts()
          .models()
          .unreachable(engine.model(), engine.spec().id(), "requests cannot connect to it");
    }
    exchange
        .search()
        .failed(
            engine,
            Failure.of(ErrorCode.ENGINE_FAILED, problem.text()),
            problem != Problem.PROTOCOL);
  }

  /** The engine's error has come to its end: of the engine, not of the request. */
  void broken(int status, Failure failure) {
    if (status == 500) {
      answer = null;
      exchange.search().failed(engine(), failure, false);
    } else {
      exchange.fail(failure);
    }
  }

  private EngineTarget engine() {
    EngineTarget engine = target;
    if (engine == null) {
      throw new IllegalStateException("no engine was asked");
    }
    return engine;
  }
}
