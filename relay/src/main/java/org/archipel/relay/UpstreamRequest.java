package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the request that an engine gets. */
final class UpstreamRequest {
  /**
   * What of a client's headers goes to the engine. Everything else stays here: keys, cookies, names
   * of persons, what describes the hop, and the accepted encodings, since answers are read on the
   * way.
   */
  private static final List<AsciiString> PASSED =
      List.of(
          AsciiString.cached("content-type"),
          AsciiString.cached("accept"),
          AsciiString.cached("user-agent"),
          AsciiString.cached("anthropic-version"),
          AsciiString.cached("anthropic-beta"),
          AsciiString.cached("openai-beta"));

  private static final byte[] POST = ascii("POST ");
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
  private static final byte[] REQUEST_ID = ascii("x-request-id: ");
  private static final byte[] CONTENT_LENGTH = ascii("\r\ncontent-length: ");
  private static final byte[] HEAD_END = ascii("\r\n\r\n");

  /** Bodies up to this length are copied behind their head, so that one write sends all. */
  private static final int COPIED = 16 * 1024;

  private static final byte[] ASSERTION = ascii("x-archipel-assertion: ");

  /**
   * Where a request goes.
   *
   * @param assertion what another site is told of it; nothing for an engine
   */
  record Towards(EngineTarget engine, String assertion) {}

  private UpstreamRequest() {}

  /** The whole request. The body stays the caller's. */
  static ByteBuf encode(
      ByteBufAllocator allocator,
      HeadWriter writer,
      RequestHead request,
      Towards towards,
      ByteBuf body,
      List<BodyEdits.Edit> edits) {
    int length = body.readableBytes() + BodyEdits.growth(edits);
    head(writer, request, towards, length);
    if (length <= COPIED) {
      ByteBuf whole = allocator.buffer(writer.length() + length);
      writer.copyTo(whole);
      copyEdited(body, edits, whole);
      return whole;
    }
    ByteBuf head = allocator.buffer(writer.length());
    writer.copyTo(head);
    CompositeByteBuf whole = allocator.compositeBuffer(2 + 2 * edits.size() + 1);
    whole.addComponent(true, head);
    int from = body.readerIndex();
    for (BodyEdits.Edit edit : edits) {
      int to = body.readerIndex() + edit.span().start();
      whole.addComponent(true, body.retainedSlice(from, to - from));
      whole.addComponent(true, Unpooled.wrappedBuffer(edit.replacement()));
      from = body.readerIndex() + edit.span().end();
    }
    return whole.addComponent(true, body.retainedSlice(from, body.writerIndex() - from));
  }

  private static void head(HeadWriter writer, RequestHead request, Towards towards, int length) {
    EngineTarget engine = towards.engine();
    writer
        .start(POST)
        .add(engine.basePath())
        .add(request.path())
        .add(request.query())
        .add(VERSION)
        .add(engine.fixedHeaders());
    writer.addPassed(request.headers(), PASSED);
    if (!towards.assertion().isEmpty()) {
      writer.add(ASSERTION).add(towards.assertion()).line();
    }
    writer.add(REQUEST_ID).add(request.requestId()).add(CONTENT_LENGTH).add(length).add(HEAD_END);
  }

  private static void copyEdited(ByteBuf body, List<BodyEdits.Edit> edits, ByteBuf to) {
    int from = body.readerIndex();
    for (BodyEdits.Edit edit : edits) {
      int until = body.readerIndex() + edit.span().start();
      to.writeBytes(body, from, until - from);
      to.writeBytes(edit.replacement());
      from = body.readerIndex() + edit.span().end();
    }
    to.writeBytes(body, from, body.writerIndex() - from);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
