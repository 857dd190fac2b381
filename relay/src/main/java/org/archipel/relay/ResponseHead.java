package org.archipel.relay;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.archipel.directory.quota.Admission;
import org.archipel.directory.quota.RateLeft;

/** Writes the heads of answers. The order of the lines is free; what may be in them is not. */
final class ResponseHead {
  private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\n");
  private static final byte[] REQUEST_ID = ascii("x-request-id: ");
  private static final byte[] ENGINE = ascii("x-archipel-engine: ");
  private static final byte[] QUEUE_MS = ascii("x-archipel-queue-ms: ");
  private static final byte[] CONTENT_LENGTH = ascii("content-length: ");
  private static final byte[] CONTENT_TYPE = ascii("content-type: ");
  private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
  private static final byte[] CLOSE = ascii("connection: close\r\n");
  private static final byte[] JSON = ascii("content-type: application/json\r\n");
  private static final byte[] EVENT_STREAM =
      ascii(
          "content-type: text/event-stream; charset=utf-8\r\n"
              + "cache-control: no-cache\r\n"
              + "x-accel-buffering: no\r\n");
  private static final byte[] RETRY_AFTER = ascii("retry-after: ");
  private static final byte[] NO_RETRY = ascii("x-should-retry: false\r\n");
  private static final byte[] CORS =
      ascii(
          "access-control-allow-origin: *\r\n"
              + "access-control-expose-headers: x-request-id, x-archipel-site, x-archipel-engine,"
              + " x-archipel-queue-ms, retry-after, x-should-retry,"
              + " x-ratelimit-limit-requests, x-ratelimit-remaining-requests,"
              + " x-ratelimit-reset-requests, x-ratelimit-limit-tokens,"
              + " x-ratelimit-remaining-tokens, x-ratelimit-reset-tokens\r\n");

  private final HeadWriter writer;
  private final byte[] siteLine;
  private byte[] servedLine;

  /**
   * @param site the site's id, already known to be fit for a header
   */
  ResponseHead(HeadWriter writer, String site) {
    this.writer = writer;
    this.siteLine = siteLine(site);
    this.servedLine = siteLine;
  }

  private static byte[] siteLine(String site) {
    return ascii("\r\nx-archipel-site: " + site + "\r\n");
  }

  /** The next answer comes from that site. */
  void servedBy(String site) {
    servedLine = siteLine(site);
  }

  /** The next answer comes from here. */
  void servedHere() {
    servedLine = siteLine;
  }

  /** Begins an answer: status, date, ids, and what the client's request asks for. */
  ResponseHead begin(int status, RequestHead request, byte[] dateLine) {
    if (status == 200) {
      writer.start(OK);
    } else {
      HttpResponseStatus known = HttpResponseStatus.valueOf(status);
      writer.start(ascii("HTTP/1.1 " + status + " " + known.reasonPhrase() + "\r\n"));
    }
    writer.add(dateLine).add(REQUEST_ID).add(request.requestId()).add(servedLine);
    if (request.fromBrowser()) {
      writer.add(CORS);
    }
    if (!request.keepAlive()) {
      writer.add(CLOSE);
    }
    return this;
  }

  /** Says where the request ran. */
  ResponseHead engine(AsciiString engine, long queuedMicros) {
    if (!engine.isEmpty()) {
      writer.add(ENGINE).add(engine).line();
    }
    writer.add(QUEUE_MS).add(queuedMicros / 1000).line();
    return this;
  }

  /** Adds what of an engine's head goes on to the client. */
  ResponseHead passed(EngineHead engine) {
    if (engine.hasContentType()) {
      writer.add(CONTENT_TYPE);
      engine.writeContentType(writer);
      writer.line();
    }
    engine.writePassed(writer);
    return this;
  }

  ResponseHead json() {
    writer.add(JSON);
    return this;
  }

  ResponseHead eventStream() {
    writer.add(EVENT_STREAM);
    return this;
  }

  ResponseHead chunked() {
    writer.add(CHUNKED);
    return this;
  }

  ResponseHead retryAfter(int seconds) {
    if (seconds > 0) {
      writer.add(RETRY_AFTER).add(seconds).line();
    }
    return this;
  }

  /** Tells OpenAI's clients, which would try again after this status, not to. */
  ResponseHead noRetry() {
    writer.add(NO_RETRY);
    return this;
  }

  /** Says what the limits per minute leave, where there are any. */
  ResponseHead rates(Admission admission) {
    rate("requests", admission.requests());
    rate("tokens", admission.tokens());
    return this;
  }

  private void rate(String what, RateLeft left) {
    if (left.limited()) {
      writer.add("x-ratelimit-limit-" + what + ": ").add(left.limit()).line();
      writer.add("x-ratelimit-remaining-" + what + ": ").add(left.remaining()).line();
      writer.add("x-ratelimit-reset-" + what + ": ").add(GoDuration.of(left.resetMillis())).line();
    }
  }

  ResponseHead header(String line) {
    writer.add(line).line();
    return this;
  }

  ResponseHead contentLength(long length) {
    writer.add(CONTENT_LENGTH).add(length).line();
    return this;
  }

  /** Ends the head. */
  HeadWriter end() {
    return writer.line();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
