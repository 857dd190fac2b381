package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;

/**
 * An answer that is not a stream of events. JSON of ordinary size is gathered and sent in one write
 * with its head; everything else is passed on as it comes, but for the end that makes it complete.
 */
final class PlainAnswer implements Answer {
  /** JSON up to this length is gathered. */
  private static final int GATHERED = 256 * 1024;

  /** Embeddings are gathered whole: it shows only at the end whether they need another encoding. */
  private static final int GATHERED_EMBEDDINGS = 128 * 1024 * 1024;

  /** A change of encoding of more than this is worked out away from the event loop. */
  private static final int CONVERTED_INLINE = 64 * 1024;

  private static final int HEAD_ROOM = 1024;
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Exchange exchange;
  private final Reply reply;
  private final EngineHead head;
  private final boolean json;
  private final Optional<Boolean> base64;
  private final long length;
  private final TokenCounts counts = new TokenCounts();

  /** What is gathered, or in passing the piece that waits for the next one or the end. */
  private ByteBuf held = Unpooled.EMPTY_BUFFER;

  private Optional<AnswerMeter> meter = Optional.empty();
  private boolean passing;
  private long received;

  /**
   * @param base64 for embeddings, whether the caller asked for base64 (or else for numbers)
   */
  PlainAnswer(Exchange exchange, EngineHead head, Optional<Boolean> base64) {
    this.exchange = exchange;
    this.reply = exchange.reply();
    this.head = head;
    this.json = head.json();
    this.base64 = json ? base64 : Optional.empty();
    this.length = head.contentLength();
    if (!json || length > gatherLimit()) {
      pass();
    }
  }

  @Override
  public void content(byte[] bytes, int start, int end) {
    int count = end - start;
    received += count;
    if (!passing && received > gatherLimit()) {
      pass();
    }
    if (passing) {
      passOn(bytes, start, end);
      return;
    }
    if (held.capacity() == 0) {
      held = reply.buffer(HEAD_ROOM + (int) Math.max(length, 2L * count));
      held.writerIndex(HEAD_ROOM).readerIndex(HEAD_ROOM);
    }
    held.writeBytes(bytes, start, count);
  }

  @Override
  public void readComplete() {
    if (passing) {
      reply.flush();
    }
  }

  @Override
  public void end() {
    if (passing) {
      endPassing();
      return;
    }
    if (base64.isPresent() && head.status() == 200) {
      endEmbeddings(base64.get());
      return;
    }
    byte[] scratch = reply.scratch();
    int count = held.readableBytes();
    byte[] body = count <= scratch.length ? scratch : new byte[count];
    held.getBytes(held.readerIndex(), body, 0, count);
    AnswerMeter.readWhole(body, count, counts);
    answer(takeHeld());
  }

  @Override
  public UsageRecord.Tokens tokens(long estimatedPrompt) {
    return counts.ofWhole(estimatedPrompt, json && base64.isEmpty() ? received / 4 : 0);
  }

  @Override
  public long cachedTokens() {
    return counts.reportedCached();
  }

  @Override
  public long audioMillis() {
    return counts.audioMillis();
  }

  @Override
  public void release() {
    takeHeld().release();
    meter.ifPresent(AnswerMeter::close);
    meter = Optional.empty();
  }

  private int gatherLimit() {
    return base64.isPresent() ? GATHERED_EMBEDDINGS : GATHERED;
  }

  /** Sends a gathered body behind its head. */
  private void answer(ByteBuf body) {
    HeadWriter writer = reply.head(head, body.readableBytes());
    if (body.readerIndex() >= writer.length()) {
      writer.putBefore(body);
      exchange.answered(body, UsageOutcome.COMPLETED);
    } else {
      ByteBuf whole = reply.buffer(writer.length() + body.readableBytes());
      writer.copyTo(whole);
      whole.writeBytes(body);
      body.release();
      exchange.answered(whole, UsageOutcome.COMPLETED);
    }
  }

  private void endEmbeddings(boolean wantsBase64) {
    byte[] body = new byte[held.readableBytes()];
    held.readBytes(body);
    takeHeld().release();
    if (body.length <= CONVERTED_INLINE) {
      answer(Unpooled.wrappedBuffer(encoded(body, wantsBase64)));
      return;
    }
    exchange.think(
        () -> encoded(body, wantsBase64), bytes -> answer(Unpooled.wrappedBuffer(bytes)));
  }

  private byte[] encoded(byte[] body, boolean wantsBase64) {
    AnswerMeter.readWhole(body, body.length, counts);
    try {
      return EmbeddingsEncoding.differs(body, wantsBase64)
          ? EmbeddingsEncoding.convert(body, wantsBase64)
          : body;
    } catch (IOException e) {
      // Not an answer that we understand: the client gets what the engine said.
      return body;
    }
  }

  private void pass() {
    passing = true;
    HeadWriter writer = reply.head(head, length);
    ByteBuf start = reply.buffer(writer.length());
    writer.copyTo(start);
    reply.send(start);
    if (json) {
      meter = Optional.of(new AnswerMeter(counts));
    }
    ByteBuf before = takeHeld();
    if (before.isReadable()) {
      byte[] bytes = ByteBufUtil.getBytes(before);
      passOn(bytes, 0, bytes.length);
    }
    before.release();
  }

  private void passOn(byte[] bytes, int start, int end) {
    meter.ifPresent(m -> m.feed(bytes, start, end));
    int count = end - start;
    if (length >= 0) {
      // With a length the client knows the end by counting: the last piece has to wait.
      ByteBuf earlier = held;
      held = reply.buffer(count).writeBytes(bytes, start, count);
      if (earlier.isReadable()) {
        reply.send(earlier);
      } else {
        earlier.release();
      }
    } else if (reply.chunkedAllowed()) {
      byte[] size = (Integer.toHexString(count) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      reply.send(
          reply
              .buffer(size.length + count + CRLF.length)
              .writeBytes(size)
              .writeBytes(bytes, start, count)
              .writeBytes(CRLF));
    } else {
      reply.send(reply.buffer(count).writeBytes(bytes, start, count));
    }
  }

  private void endPassing() {
    boolean chunked = length < 0 && reply.chunkedAllowed();
    ByteBuf last = chunked ? Unpooled.wrappedBuffer(LAST_CHUNK) : takeHeld();
    exchange.answered(last, UsageOutcome.COMPLETED);
  }

  private ByteBuf takeHeld() {
    ByteBuf taken = held;
    held = Unpooled.EMPTY_BUFFER;
    return taken;
  }
}
