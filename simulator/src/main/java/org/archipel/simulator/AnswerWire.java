package org.archipel.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Map;
import java.util.OptionalInt;

/** Writes one answer to one connection; used on the connection's event loop. */
final class AnswerWire {
  private final Channel channel;
  private final boolean keepAlive;
  private final String requestId;
  private final Map<String, String> extraHeaders;
  private final Runnable done;
  private boolean headSent;

  /**
   * @param keepAlive whether the connection stays open afterwards
   * @param requestId given back as {@code x-request-id} unless empty
   * @param done told when the answer is written and the connection free again
   */
  AnswerWire(
      Channel channel,
      boolean keepAlive,
      String requestId,
      Map<String, String> extraHeaders,
      Runnable done) {
    this.channel = channel;
    this.keepAlive = keepAlive;
    this.requestId = requestId;
    this.extraHeaders = extraHeaders;
    this.done = done;
  }

  Channel channel() {
    return channel;
  }

  /** The head of a stream, once. */
  void streamHead() {
    if (headSent) {
      return;
    }
    headSent = true;
    DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    HttpHeaders headers = head.headers();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE);
    headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    common(headers);
    var _ = channel.writeAndFlush(head);
  }

  void streamPart(ByteBuf part) {
    var _ = channel.writeAndFlush(new DefaultHttpContent(part));
  }

  ChannelFuture streamEnd(ByteBuf rest) {
    return closing(channel.writeAndFlush(new DefaultLastHttpContent(rest)));
  }

  ChannelFuture whole(String type, byte[] body) {
    return closing(channel.writeAndFlush(full(200, type, Unpooled.wrappedBuffer(body))));
  }

  /** An answer that ends the exchange without inference. */
  void page(Page page) {
    whole(page, OptionalInt.empty());
  }

  /** A status that a fault asked for. */
  void refusal(int status, OptionalInt retryAfter, boolean anthropic) {
    String message = "simulated fault: status " + status;
    ObjectNode body =
        anthropic
            ? Wire.anthropicError(status, message)
            : Wire.error(status, HttpResponseStatus.valueOf(status).reasonPhrase(), message);
    whole(Page.json(status, body), retryAfter);
  }

  private void whole(Page page, OptionalInt retryAfter) {
    DefaultFullHttpResponse answer =
        full(page.status, page.type, Unpooled.wrappedBuffer(page.body()));
    retryAfter.ifPresent(seconds -> answer.headers().set(HttpHeaderNames.RETRY_AFTER, seconds));
    closing(channel.writeAndFlush(answer)).addListener(_ -> done.run());
  }

  /** Half of a body whose length was promised whole, then the end of the connection. */
  void cutWhole(String type, byte[] body) {
    DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    common(head.headers());
    var _ = channel.write(head);
    ByteBuf half = Unpooled.wrappedBuffer(body, 0, body.length / 2);
    channel.writeAndFlush(new DefaultHttpContent(half)).addListener(ChannelFutureListener.CLOSE);
  }

  /** The end of the connection where more chunks were to come. */
  void cutStream(ByteBuf rest) {
    channel.writeAndFlush(new DefaultHttpContent(rest)).addListener(ChannelFutureListener.CLOSE);
  }

  /** Ends the connection with a TCP reset. */
  void reset() {
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    var _ = channel.close();
  }

  void exchangeDone() {
    done.run();
  }

  private DefaultFullHttpResponse full(int status, String type, ByteBuf body) {
    DefaultFullHttpResponse answer =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    extraHeaders.forEach(answer.headers()::set);
    common(answer.headers());
    return answer;
  }

  private void common(HttpHeaders headers) {
    headers.set(HttpHeaderNames.SERVER, "archipel-simulator");
    if (!requestId.isEmpty()) {
      headers.set("x-request-id", requestId);
    }
    if (!keepAlive) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
  }

  private ChannelFuture closing(ChannelFuture written) {
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
    return written;
  }
}
