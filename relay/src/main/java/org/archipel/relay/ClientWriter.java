package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.archipel.directory.quota.Admission;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a client's connection: heads, whole answers, bytes. Knows the request whose
 * turn it is, since that decides how an answer is framed and whether the connection goes on.
 */
final class ClientWriter {
  private final RelayCore core;
  private final LoopContext loop;
  private final Channel channel;
  private final ResponseHead heads;
  private RequestHead request;
  private boolean begun;
  private @Nullable Admission admission;

  ClientWriter(RelayCore core, LoopContext loop, Channel channel) {
    this.core = core;
    this.loop = loop;
    this.channel = channel;
    this.heads = new ResponseHead(loop.head(), core.options().site());
    this.request = RequestHead.unreadable(core.parts().recordIds().get());
  }

  /** The next request's turn. */
  void begin(RequestHead next) {
    request = core.draining() ? next.closing() : next;
    begun = false;
    admission = null;
    heads.servedHere();
  }

  /** The answer to the present request comes from another site. */
  void servedBy(String site) {
    heads.servedBy(site);
  }

  /** What quotas said to the present request: every answer to it tells what they leave. */
  void admission(Admission said) {
    admission = said;
  }

  /** A request of which not even the head could be read. */
  void beginUnreadable() {
    begin(RequestHead.unreadable(core.parts().recordIds().get()));
  }

  /** The connection ends after this answer, whatever the client asked for. */
  void closing() {
    request = request.closing();
  }

  /** The request whose turn it is. */
  RequestHead request() {
    return request;
  }

  /** Whether a byte of the present answer was written. */
  boolean begun() {
    return begun;
  }

  ByteBufAllocator allocator() {
    return channel.alloc();
  }

  boolean writable() {
    return channel.isWritable();
  }

  /** Bytes that the client has not taken yet. */
  long pendingBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  void write(ByteBuf bytes) {
    begun = true;
    channel.write(bytes, channel.voidPromise());
  }

  /** Writes bytes and tells when they have left, or never will. */
  void write(ByteBuf bytes, Runnable left) {
    begun = true;
    channel.write(bytes).addListener(_ -> left.run());
  }

  void flush() {
    channel.flush();
  }

  /**
   * Begins the head of an answer.
   *
   * @param framed whether the client can tell where the body ends; otherwise the connection's end
   *     tells it
   */
  ResponseHead beginHead(int status, boolean framed) {
    if (core.draining() || !framed) {
      closing();
    }
    ResponseHead head = heads.begin(status, request, loop.dateLine());
    Admission said = admission;
    return said == null ? head : head.rates(said);
  }

  void failure(Failure failure, Route route) {
    ResponseHead head = beginHead(failure.code().status(), true);
    head.retryAfter(failure.retryAfterSeconds());
    if (failure.code().useless()) {
      head.noRetry();
    }
    whole(head, ErrorBody.of(failure, route, request.requestId()));
  }

  /** Writes a whole JSON answer. */
  void whole(int status, byte[] json) {
    whole(beginHead(status, true), json);
  }

  /** Writes a whole answer of another type. */
  void whole(int status, String contentType, byte[] body) {
    whole(beginHead(status, true).header("content-type: " + contentType), body, body.length);
  }

  private void whole(ResponseHead head, byte[] json) {
    whole(head.json(), json, json.length);
  }

  private void whole(ResponseHead head, byte[] body, int length) {
    HeadWriter writer = head.contentLength(length).end();
    ByteBuf whole = channel.alloc().buffer(writer.length() + length);
    writer.copyTo(whole);
    write(request.headOnly() ? whole : whole.writeBytes(body));
    flush();
  }

  /** Tells a browser that it may ask. */
  void preflight() {
    String asked = request.headers().get("access-control-request-headers", "*");
    HeadWriter writer =
        beginHead(204, true)
            .header("access-control-allow-methods: GET, POST, OPTIONS")
            .header("access-control-allow-headers: " + asked)
            .header("access-control-max-age: 86400")
            .end();
    ByteBuf whole = channel.alloc().buffer(writer.length());
    writer.copyTo(whole);
    write(whole);
    flush();
  }
}
