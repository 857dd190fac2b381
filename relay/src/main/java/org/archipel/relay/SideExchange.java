package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request to a {@link SideRoute}. Lives on the event loop of its client's connection; the route
 * itself runs on a virtual thread and speaks to the loop through {@link SideAnswer}.
 */
final class SideExchange implements Serving {
  private static final Logger LOG = LoggerFactory.getLogger(SideExchange.class);
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final byte[] CRLF = ascii("\r\n");
  private static final byte[] LAST_CHUNK = ascii("0\r\n\r\n");

  private final RelayCore core;
  private final ClientConnection client;
  private final ClientRequest request;
  private final SideRoute route;
  private final SideFlow flow = new SideFlow();
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private final AtomicBoolean answered = new AtomicBoolean();

  private boolean streaming;
  private boolean over;
  private long since;
  private long unwritten;

  SideExchange(RelayCore core, ClientConnection client, ClientRequest request, SideRoute route) {
    this.core = core;
    this.client = client;
    this.request = request;
    this.route = route;
    this.since = client.loop().now();
  }

  @Override
  public void start() {
    ByteBuf bytes = request.body().bytes();
    byte[] body = new byte[bytes.readableBytes()];
    bytes.readBytes(body);
    request.body().release();
    RequestHead head = request.head();
    String query = head.query().isEmpty() ? "" : head.query().substring(1);
    SideRequest whole =
        new SideRequest(head.method().name(), head.path(), query, headers(head), body);
    if (!core.side().run(() -> serve(whole))) {
      fail(Failure.retryLater(ErrorCode.OUT_OF_MEMORY, "too many requests beside /v1", 0));
    }
  }

  // ---------------------------------------------------------------- the route's thread

  private void serve(SideRequest whole) {
    thread.set(Thread.currentThread());
    if (flow.closed()) {
      return;
    }
    try {
      route.serve(whole, new Speaker());
      onLoop(this::ended);
    } catch (IOException e) {
      onLoop(this::broken);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      onLoop(this::broken);
    } catch (RuntimeException e) {
      LOG.error("a request to {} ends after a defect", whole.path(), e);
      onLoop(this::broken);
    }
  }

  /** What the route sees of this exchange. */
  private final class Speaker implements SideAnswer {
    @Override
    public void respond(int status, String contentType, byte[] body) {
      once();
      onLoop(() -> whole(status, contentType, body));
    }

    @Override
    public SideStream stream(String contentType) {
      once();
      onLoop(() -> begin(contentType));
      return new Pieces();
    }

    @Override
    public boolean closed() {
      return flow.closed();
    }

    private void once() {
      if (!answered.compareAndSet(false, true)) {
        throw new IllegalStateException("this request was answered already");
      }
    }
  }

  private final class Pieces implements SideStream {
    private final AtomicBoolean ended = new AtomicBoolean();

    @Override
    public void write(byte[] bytes) throws IOException, InterruptedException {
      if (ended.get()) {
        throw new IOException("the stream was closed");
      }
      if (bytes.length > 0) {
        flow.take(bytes.length);
        onLoop(() -> piece(bytes));
      }
    }

    @Override
    public boolean closed() {
      return flow.closed();
    }

    @Override
    public void close() {
      if (ended.compareAndSet(false, true)) {
        onLoop(SideExchange.this::finish);
      }
    }
  }

  private void onLoop(Runnable task) {
    if (!client.loop().loop().isShuttingDown()) {
      client.loop().run(task, this::defect);
    }
  }

  // ---------------------------------------------------------------- the client's loop

  private void whole(int status, String contentType, byte[] body) {
    if (!over) {
      end();
      client.writer().whole(status, contentType, body);
      client.exchangeDone(true);
    }
  }

  private void begin(String contentType) {
    if (over) {
      return;
    }
    streaming = true;
    since = client.loop().now();
    ClientWriter writer = client.writer();
    ResponseHead head = writer.beginHead(200, request.head().chunkedAllowed());
    head.header("content-type: " + contentType).header("cache-control: no-store");
    if (request.head().chunkedAllowed()) {
      head.chunked();
    }
    HeadWriter lines = head.end();
    ByteBuf bytes = writer.allocator().buffer(lines.length());
    lines.copyTo(bytes);
    writer.write(bytes);
    writer.flush();
  }

  private void piece(byte[] bytes) {
    if (over) {
      flow.left(bytes.length);
      return;
    }
    if (flow.onItsWay() == bytes.length) {
      since = client.loop().now();
    }
    ByteBuf framed =
        request.head().chunkedAllowed()
            ? Unpooled.wrappedBuffer(ascii(Integer.toHexString(bytes.length) + "\r\n"), bytes, CRLF)
            : Unpooled.wrappedBuffer(bytes);
    client.writer().write(framed, () -> flow.left(bytes.length));
    client.writer().flush();
  }

  /** The stream ends in order. */
  private void finish() {
    if (over) {
      return;
    }
    end();
    if (request.head().chunkedAllowed()) {
      client.writer().write(Unpooled.wrappedBuffer(LAST_CHUNK));
    }
    client.writer().flush();
    client.exchangeDone(true);
  }

  /** The route returned. */
  private void ended() {
    if (streaming) {
      finish();
    } else if (!answered.get()) {
      LOG.error("a request to {} got no answer", request.head().path());
      defect();
    }
  }

  /** The route gave up. */
  private void broken() {
    if (!over && streaming) {
      end();
      client.exchangeDone(false);
    } else {
      defect();
    }
  }

  private void fail(Failure failure) {
    if (over) {
      return;
    }
    boolean begun = streaming;
    end();
    if (!begun) {
      client.writer().failure(failure, request.route());
    }
    client.exchangeDone(!begun);
  }

  private void end() {
    over = true;
    flow.close();
  }

  /** Ends the exchange while its route may still be at work. */
  private void interrupt() {
    flow.close();
    Thread working = thread.get();
    if (working != null) {
      working.interrupt();
    }
  }

  @Override
  public void sweep(long now) {
    if (over) {
      return;
    }
    if (!streaming) {
      if (now - since > ANSWER_NANOS) {
        interrupt();
        fail(Failure.of(ErrorCode.INTERNAL, "there was no answer in time"));
      }
      return;
    }
    long pending = client.writer().pendingBytes();
    if (pending == 0 || pending < unwritten) {
      since = now;
    }
    unwritten = pending;
    if (core.draining()) {
      // A stream has no end of its own: waiting for one would only use the grace period up.
      interrupt();
      finish();
    } else if (now - since > core.options().timeouts().clientStall().toNanos()) {
      interrupt();
      end();
      client.exchangeDone(false);
    }
  }

  @Override
  public void clientWritable(boolean writable) {
    // What is on its way is counted piece by piece.
  }

  @Override
  public void clientGone() {
    over = true;
    request.body().release();
    interrupt();
  }

  @Override
  public void defect() {
    fail(Failure.of(ErrorCode.INTERNAL, "this site failed to answer"));
  }

  @Override
  public boolean waiting() {
    return false;
  }

  @Override
  public void shutDown() {
    interrupt();
    if (streaming) {
      finish();
    } else {
      fail(Failure.retryLater(ErrorCode.SHUTTING_DOWN, "this site is shutting down", 0));
    }
  }

  private static Map<String, String> headers(RequestHead head) {
    Map<String, String> headers = new HashMap<>();
    head.headers()
        .forEach(
            line -> headers.putIfAbsent(line.getKey().toLowerCase(Locale.ROOT), line.getValue()));
    return headers;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
