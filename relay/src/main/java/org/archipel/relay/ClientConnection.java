package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a client: requests one after the other, each read to its end before it is
 * served. Lives on one event loop.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** How long it may take to find out who a client is. */
  private static final long ASKING_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** How long an answered client may go on sending before it is cut off. */
  private static final long DISCARD_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** How much it may send in that time, in bodies of the greatest length. */
  private static final int DISCARDED_REQUESTS = 2;

  /** The rest of a refused body is read up to this length; for a longer one the connection ends. */
  private static final int DISCARDED_BODY = 64 * 1024;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final RelayCore core;
  private final LoopContext loop;
  private final DuplexChannel channel;
  private final ClientWriter writer;
  private final RequestRouter router;
  private final SentAhead ahead;

  private ClientPhase phase = ClientPhase.IDLE;
  private long since;
  private long begunAt;
  private long unwritten;
  private long discarded;
  private boolean headBegun;
  private Route route = Route.UNKNOWN;
  private Plan plan = new Plan.Preflight();
  private @Nullable RequestBody body;
  private @Nullable Settlement settlement;
  private @Nullable Serving exchange;

  ClientConnection(RelayCore core, LoopContext loop, DuplexChannel channel, RequestRouter router) {
    this.core = core;
    this.loop = loop;
    this.channel = channel;
    this.router = router;
    this.writer = new ClientWriter(core, loop, channel);
    this.ahead = new SentAhead(channel.config());
    this.since = loop.now();
  }

  // ---------------------------------------------------------------- reading

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    loop.clients().add(this);
  }

  /** Bytes came in, before anybody knows of what. */
  void bytesArrived(int count) {
    loop.tick();
    if (phase == ClientPhase.DISCARDING) {
      discarded += count;
      if (discarded > DISCARDED_REQUESTS * (long) core.options().limits().maxBody()) {
        close();
      }
    }
    if (phase == ClientPhase.IDLE && !headBegun) {
      headBegun = true;
      since = loop.now();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    HttpObject object = (HttpObject) message;
    if (!phase.takesMore() || !ahead.isEmpty()) {
      ahead.keep(object);
      return;
    }
    take(object);
  }

  private void take(HttpObject object) {
    try {
      if (phase == ClientPhase.CLOSED) {
        return;
      }
      if (object.decoderResult().isFailure()) {
        malformed();
        return;
      }
      if (object instanceof HttpRequest head) {
        begin(RequestHead.of(head, core.parts().recordIds().get()));
      }
      if (object instanceof HttpContent content) {
        if (phase == ClientPhase.RECEIVING && content.content().isReadable()) {
          receive(content.content());
        }
        if (content instanceof LastHttpContent) {
          received();
        }
      }
    } finally {
      ReferenceCountUtil.release(object);
    }
  }

  private void begin(RequestHead head) {
    writer.begin(head);
    route = Route.passable(head.path()) ? Route.of(head.path()) : Route.UNKNOWN;
    headBegun = false;
    phase = ClientPhase.RECEIVING;
    since = loop.now();
    begunAt = since;
    proceed(router.plan(head));
  }

  private void proceed(Plan next) {
    plan = next;
    RequestHead head = writer.request();
    switch (next) {
      case Plan.FindOut unknown -> {
        phase = ClientPhase.ASKING;
        core.think(loop.loop(), unknown.plan(), found -> foundOut(head, found), this::lost);
      }
      case Plan.Refuse refuse -> refuse(refuse.failure());
      case Plan.Serve serve -> {
        body = new RequestBody(channel.alloc(), core.bodyMemory(), (int) head.contentLength());
        settlement = new Settlement(core, head, route, serve);
        goOn(head);
      }
      case Plan.Aside _ -> {
        body = new RequestBody(channel.alloc(), core.side().memory(), (int) head.contentLength());
        goOn(head);
      }
      case Plan.Local _, Plan.Preflight _ -> {
        // Answered when the request has ended; a body is thrown away.
      }
    }
  }

  /** What came meanwhile was kept, and is taken now. */
  private void foundOut(RequestHead asked, Plan found) {
    if (phase == ClientPhase.ASKING && writer.request().recordId().equals(asked.recordId())) {
      loop.guarded(
          () -> {
            phase = ClientPhase.RECEIVING;
            since = loop.now();
            proceed(found);
            ahead.drain(this::readyForMore, this::take);
          },
          this::lost);
    }
  }

  /** It cannot be found out: the relay failed. */
  private void lost() {
    if (phase == ClientPhase.ASKING || phase == ClientPhase.RECEIVING) {
      releaseBody();
      writer.failure(
          Failure.of(ErrorCode.INTERNAL, "the relay failed to find out who is calling"), route);
      closeWhenFlushed();
    }
  }

  private void goOn(RequestHead head) {
    if (head.expectsContinue()) {
      channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), channel.voidPromise());
    }
  }

  private void receive(ByteBuf piece) {
    since = loop.now();
    RequestBody current = body;
    if (current == null) {
      return;
    }
    int max = plan instanceof Plan.Aside ? SideRoute.MAX_BODY : core.options().limits().maxBody();
    if (current.length() + piece.readableBytes() > max) {
      refuse(RequestRouter.tooLarge(max));
    } else if (!current.add(piece)) {
      refuse(
          Failure.retryLater(ErrorCode.OUT_OF_MEMORY, "too many large requests are being read", 0));
    }
  }

  private void received() {
    if (phase == ClientPhase.DISCARDING) {
      next();
      return;
    }
    if (phase != ClientPhase.RECEIVING) {
      return;
    }
    phase = ClientPhase.SERVING;
    RequestBody whole = body;
    if (whole != null) {
      body = null;
      Serving started = serving(new ClientRequest(writer.request(), route, whole));
      exchange = started;
      started.start();
      return;
    }
    switch (plan) {
      case Plan.Local local -> writer.whole(local.status(), local.body());
      default -> writer.preflight();
    }
    exchangeDone(true);
  }

  private Serving serving(ClientRequest request) {
    Settlement account = settlement;
    settlement = null;
    if (account != null) {
      account.received(request.body().length());
      return new Exchange(core, this, request, account);
    }
    if (plan instanceof Plan.Aside aside) {
      return new SideExchange(core, this, request, aside.route());
    }
    throw new IllegalStateException("a body without a plan for it");
  }

  /** Answers an error before the request has ended. */
  private void refuse(Failure failure) {
    RequestHead head = writer.request();
    releaseBody();
    boolean shortRest = head.contentLength() >= 0 && head.contentLength() <= DISCARDED_BODY;
    if (!shortRest || head.expectsContinue()) {
      writer.closing();
    }
    writer.failure(failure, route);
    discard();
  }

  private void malformed() {
    releaseBody();
    if (phase == ClientPhase.DISCARDING) {
      // It was answered already.
      close();
      return;
    }
    writer.beginUnreadable();
    writer.failure(
        Failure.of(ErrorCode.INVALID_REQUEST, "the request is not well-formed HTTP"),
        Route.UNKNOWN);
    // Closed at once, with bytes still coming in, it would be reset, and the answer lost with it.
    discard();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.shutdownOutput());
  }

  private void discard() {
    phase = ClientPhase.DISCARDING;
    since = loop.now();
    discarded = 0;
  }

  /** The answer is over, and with it the request's turn. */
  void exchangeDone(boolean answerComplete) {
    exchange = null;
    if (!answerComplete) {
      close();
      return;
    }
    next();
  }

  private void next() {
    if (!writer.request().keepAlive() || core.draining()) {
      closeWhenFlushed();
      return;
    }
    since = loop.now();
    if (!writer.writable()) {
      // Else a client that only sends would have us keep its answers.
      phase = ClientPhase.DRAINING;
      unwritten = writer.pendingBytes();
      return;
    }
    idle();
  }

  private void idle() {
    phase = ClientPhase.IDLE;
    ahead.drain(this::readyForMore, this::take);
  }

  private boolean readyForMore() {
    return phase.takesMore() && phase != ClientPhase.CLOSED;
  }

  LoopContext loop() {
    return loop;
  }

  ClientWriter writer() {
    return writer;
  }

  // ---------------------------------------------------------------- time and end

  /** Looks at the clock. */
  void sweep(long now) {
    RelayTimeouts timeouts = core.options().timeouts();
    long waited = now - since;
    switch (phase) {
      case IDLE -> {
        if (core.draining() || (!headBegun && waited > timeouts.keepAlive().toNanos())) {
          close();
        } else if (headBegun && waited > timeouts.header().toNanos()) {
          writer.beginUnreadable();
          tooSlow("the request's head did not come in time");
        }
      }
      case RECEIVING -> {
        RequestBody partial = body;
        boolean crawls = partial != null && partial.crawls(now - begunAt);
        if (waited > timeouts.body().toNanos() || crawls) {
          releaseBody();
          tooSlow("the request's body did not come in time");
        }
      }
      case DISCARDING -> {
        if (waited > DISCARD_NANOS) {
          close();
        }
      }
      case SERVING -> {
        Serving current = exchange;
        if (current != null) {
          current.sweep(now);
        }
      }
      case ASKING -> {
        if (waited > ASKING_NANOS) {
          writer.failure(Rejections.unavailable(), route);
          closeWhenFlushed();
        }
      }
      case DRAINING, CLOSED -> sweepUnwritten(now, timeouts);
    }
  }

  /** What is on its way may take its time, as long as it moves. */
  private void sweepUnwritten(long now, RelayTimeouts timeouts) {
    long pending = writer.pendingBytes();
    if (pending < unwritten) {
      unwritten = pending;
      since = now;
    } else if (now - since > timeouts.clientStall().toNanos()) {
      close();
    }
  }

  private void tooSlow(String message) {
    writer.failure(Failure.of(ErrorCode.REQUEST_TIMEOUT, message), route);
    closeWhenFlushed();
  }

  /** An engine is taken away; whether it had a request of this client. */
  boolean cutFrom(String engine) {
    return exchange instanceof Exchange current && current.cutFrom(engine);
  }

  /** The grace period of a shutdown is over: a request that waits for an engine gets none. */
  void shutDownWaiting() {
    Serving current = exchange;
    if (current != null && current.waiting()) {
      current.shutDown();
    }
  }

  /** The grace period of a shutdown is over. */
  void shutDown() {
    Serving current = exchange;
    if (current != null) {
      current.shutDown();
    } else {
      close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Serving current = exchange;
    if (current != null) {
      current.clientWritable(channel.isWritable());
    } else if (phase == ClientPhase.DRAINING && channel.isWritable()) {
      since = loop.now();
      idle();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    phase = ClientPhase.CLOSED;
    loop.clients().remove(this);
    releaseBody();
    ahead.release();
    Serving current = exchange;
    exchange = null;
    if (current != null) {
      current.clientGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Serving current = exchange;
    if (cause instanceof IOException) {
      close();
      return;
    }
    LOG.error("a client's connection is closed after a defect of the relay", cause);
    if (current != null) {
      current.defect();
    }
    closeWhenFlushed();
  }

  void close() {
    channel.close();
  }

  private void closeWhenFlushed() {
    phase = ClientPhase.CLOSED;
    since = loop.now();
    unwritten = writer.pendingBytes();
    channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  private void releaseBody() {
    RequestBody partial = body;
    body = null;
    settlement = null;
    if (partial != null) {
      partial.release();
    }
  }
}
