package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What the client of an exchange has been told so far, and the ways to tell it more: the head once,
 * bytes, comments that keep a stream alive, an error in whatever form is still possible.
 */
final class Reply {
  private static final int NO_CONTENT = 204;
  private static final int MAX_ENGINE_ID = 128;
  private static final AsciiString ENGINE = AsciiString.cached("x-archipel-engine");
  private static final byte[] PING = ": ping\n".getBytes(StandardCharsets.US_ASCII);

  private final ClientConnection client;
  private final ClientWriter writer;
  private final RequestHead request;
  private final Route route;
  private final Settlement settlement;
  private boolean headSent;
  private String engineThere = "";
  private long lastSent;

  Reply(ClientConnection client, RequestHead request, Route route, Settlement settlement) {
    this.client = client;
    this.writer = client.writer();
    this.request = request;
    this.route = route;
    this.settlement = settlement;
    this.lastSent = client.loop().now();
  }

  /** Whether the head is on its way: then the status cannot change any more. */
  boolean begun() {
    return headSent;
  }

  /** When bytes were last sent, on the monotonic clock. */
  long lastSent() {
    return lastSent;
  }

  boolean writable() {
    return writer.writable();
  }

  boolean chunkedAllowed() {
    return request.chunkedAllowed();
  }

  ByteBuf buffer(int capacity) {
    return writer.allocator().buffer(capacity);
  }

  /** Memory for the duration of a call. */
  byte[] scratch() {
    return client.loop().scratch();
  }

  void send(ByteBuf bytes) {
    lastSent = client.loop().now();
    writer.write(bytes);
  }

  void flush() {
    writer.flush();
  }

  /** The answer comes from there. */
  void servedBy(EngineTarget target, EngineHead answer) {
    if (target.site().isEmpty()) {
      return;
    }
    String site = target.site().get();
    if (headSent) {
      // A stream that pings began has told this site: who reads along can still know.
      String comment = ": x-archipel-site " + site + "\n";
      send(StreamAnswer.alone(this, comment.getBytes(StandardCharsets.US_ASCII), false));
    } else {
      writer.servedBy(site);
      engineThere = answer.header(ENGINE).filter(Reply::decent).orElse("");
    }
  }

  /** The head of an answer that is no stream; a negative length means that nobody knows it. */
  HeadWriter head(EngineHead engineHead, long length) {
    int status = engineHead.status();
    headSent = true;
    settlement.status(status);
    ResponseHead head = writer.beginHead(status, length >= 0 || request.chunkedAllowed());
    engineLines(head);
    head.passed(engineHead);
    if (status == NO_CONTENT) {
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

  /** Sends the head of a stream, unless a ping did. */
  void startStream() {
    if (headSent) {
      return;
    }
    headSent = true;
    settlement.status(200);
    ResponseHead head = writer.beginHead(200, request.chunkedAllowed());
    engineLines(head);
    head.eventStream();
    if (request.chunkedAllowed()) {
      head.chunked();
    }
    HeadWriter lines = head.end();
    ByteBuf bytes = buffer(lines.length());
    lines.copyTo(bytes);
    send(bytes);
  }

  /** A comment, so that nobody on the way takes the stream for dead. */
  void ping() {
    startStream();
    send(StreamAnswer.alone(this, PING, false));
    flush();
  }

  /** Tells the last there is. */
  void end(Ending last) {
    switch (last) {
      case Ending.Complete complete -> finish(complete.last());
      case Ending.Failed failed -> fail(failed.failure(), failed.stream());
      case Ending.Rejected rejected -> reject(rejected.status(), rejected.error());
    }
  }

  /** Sends the last bytes of an answer. */
  private void finish(ByteBuf last) {
    writer.write(last);
    writer.flush();
    client.exchangeDone(true);
  }

  /** Tells that an engine found the request wrong; no head was sent yet. */
  void reject(int status, EngineError error) {
    writer.whole(status, error.body(status, route, request.requestId()));
    client.exchangeDone(true);
  }

  /**
   * Tells an error.
   *
   * @param stream whether what was begun is a stream of events
   */
  private void fail(Failure failure, boolean stream) {
    if (!headSent) {
      writer.failure(failure, route);
      client.exchangeDone(true);
    } else if (stream) {
      byte[] event = ErrorBody.event(failure, route, request.requestId());
      finish(StreamAnswer.alone(this, event, true));
    } else {
      // A body that was cut has to look cut.
      client.exchangeDone(false);
    }
  }

  /** Forgets a head that was written into bytes which were then held back and thrown away. */
  void nothingLeft() {
    headSent = writer.begun();
  }

  /** The client has not read for too long. */
  void giveUp() {
    client.close();
  }

  /** Whether another site's name for an engine may stand in our head. */
  private static boolean decent(String id) {
    return id.length() <= MAX_ENGINE_ID && id.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private void engineLines(ResponseHead head) {
    Optional<EngineTarget> engine = settlement.engine();
    if (engine.isPresent()) {
      boolean here = engine.get().site().isEmpty();
      AsciiString id = here ? engine.get().idHeader() : AsciiString.of(engineThere);
      head.engine(id, settlement.queuedMicros());
    }
  }
}
