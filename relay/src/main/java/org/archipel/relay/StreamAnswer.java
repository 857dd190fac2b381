package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.archipel.ledger.UsageOutcome;
import org.archipel.ledger.UsageRecord;

/**
 * A stream of events. What one read of the engine brings goes to the client in one write, in whole
 * events; what would tell the client that the answer is complete is held until the end.
 */
final class StreamAnswer implements Answer, StreamMeter.Output {
  /** Room before the bytes of a chunk for its length: eight digits and a line break. */
  private static final int CHUNK_HEAD = 10;

  private static final byte[] NOTHING = {};
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int PIECE = 2 * 1024;

  /** How many pieces of the answer, about as many tokens, between two words to the pool. */
  private static final int REPORTED_EVENTS = 64;

  private final Exchange exchange;
  private final Settlement settlement;
  private final Reply reply;
  private final boolean chunked;
  private final TokenCounts counts = new TokenCounts();
  private final EventSplitter splitter = new EventSplitter();
  private final StreamMeter meter;
  private long reported;
  private ByteBuf out = Unpooled.EMPTY_BUFFER;
  private ByteBuf held = Unpooled.EMPTY_BUFFER;

  /** The bytes at hand, and what of them goes on unchanged but was not copied yet. */
  private byte[] present = NOTHING;

  private int runStart;
  private int runEnd;

  StreamAnswer(
      Exchange exchange,
      Settlement settlement,
      Route.Kind kind,
      RequestEnvelope.StreamOptions wish) {
    this.exchange = exchange;
    this.settlement = settlement;
    this.reply = exchange.reply();
    this.chunked = reply.chunkedAllowed();
    this.meter = new StreamMeter(kind, wish, counts, this);
  }

  @Override
  public void content(byte[] bytes, int start, int end) {
    present = bytes;
    boolean fed = splitter.feed(bytes, start, end, meter);
    endRun();
    present = NOTHING;
    if (!fed) {
      exchange.fail(
          Failure.of(ErrorCode.ENGINE_FAILED, "the engine sent an event that does not end"));
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Whether it is this array, not one that is alike.
  public void write(byte[] bytes, int start, int end, boolean last) {
    if (bytes == present && !last) {
      // Events that follow one another are copied at once.
      if (start != runEnd) {
        endRun();
        runStart = start;
      }
      runEnd = end;
      return;
    }
    endRun();
    if (last) {
      held = append(held, bytes, start, end);
    } else {
      out = append(out, bytes, start, end);
    }
  }

  private void endRun() {
    if (runEnd > runStart) {
      out = append(out, present, runStart, runEnd);
    }
    runStart = 0;
    runEnd = 0;
  }

  @Override
  public void readComplete() {
    if (out.isReadable()) {
      ByteBuf piece = out;
      out = Unpooled.EMPTY_BUFFER;
      reply.send(framed(piece));
    }
    reply.flush();
    report();
  }

  /** Tells the pool of the first token and then of every so many, one lock for a read at most. */
  private void report() {
    long events = meter.contentEvents();
    if (events > 0 && (reported == 0 || events - reported >= REPORTED_EVENTS)) {
      settlement.generated(events, reported == 0);
      reported = events;
    }
  }

  /** Whether nothing more than the end of the engine's body can come. */
  boolean terminal() {
    return meter.terminal();
  }

  @Override
  public void end() {
    splitter.finish(meter);
    if (!meter.complete()) {
      readComplete();
      exchange.fail(
          Failure.of(ErrorCode.ENGINE_FAILED, "the engine ended the stream before its end"));
      return;
    }
    meter.finish();
    if (reported == 0) {
      // All of it came in one read, and the account is closed before that is over.
      report();
    }
    ByteBuf last = out;
    out = Unpooled.EMPTY_BUFFER;
    if (held.isReadable()) {
      last = last.isReadable() ? join(last, held) : held;
      held = Unpooled.EMPTY_BUFFER;
    }
    last = last.isReadable() ? framed(last) : reply.buffer(LAST_CHUNK.length);
    if (chunked) {
      last.writeBytes(LAST_CHUNK);
    }
    exchange.answered(last, meter.failed() ? UsageOutcome.FAILED : UsageOutcome.COMPLETED);
  }

  @Override
  public UsageRecord.Tokens tokens(long estimatedPrompt) {
    return meter.complete()
        ? counts.tokens(estimatedPrompt, meter.contentEvents())
        : counts.ofInterrupted(estimatedPrompt, meter.contentEvents());
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
    out.release();
    held.release();
    out = Unpooled.EMPTY_BUFFER;
    held = Unpooled.EMPTY_BUFFER;
  }

  private ByteBuf append(ByteBuf buffer, byte[] bytes, int start, int end) {
    ByteBuf to = buffer;
    if (to.capacity() == 0) {
      int room = CHUNK_HEAD + end - start + CRLF.length + LAST_CHUNK.length;
      to = reply.buffer(Math.max(PIECE, room));
      to.writerIndex(CHUNK_HEAD).readerIndex(CHUNK_HEAD);
    }
    return to.writeBytes(bytes, start, end - start);
  }

  private static ByteBuf join(ByteBuf first, ByteBuf second) {
    first.writeBytes(second);
    second.release();
    return first;
  }

  /** Puts the length before the bytes, as one chunk; for HTTP/1.0 they stay bare. */
  private ByteBuf framed(ByteBuf bytes) {
    if (!chunked) {
      return bytes;
    }
    return frame(bytes);
  }

  /** Frames bytes that begin after {@link #CHUNK_HEAD} bytes of room. */
  private static ByteBuf frame(ByteBuf bytes) {
    int length = bytes.readableBytes();
    int at = bytes.readerIndex();
    bytes.setByte(--at, '\n');
    bytes.setByte(--at, '\r');
    do {
      bytes.setByte(--at, HEX[length & 0xf]);
      length >>>= 4;
    } while (length > 0);
    return bytes.readerIndex(at).writeBytes(CRLF);
  }

  /** One event or comment as a chunk of its own, with the end of the body behind it if wanted. */
  static ByteBuf alone(Reply reply, byte[] bytes, boolean end) {
    ByteBuf buffer = reply.buffer(CHUNK_HEAD + bytes.length + CRLF.length + LAST_CHUNK.length);
    buffer.writerIndex(CHUNK_HEAD).readerIndex(CHUNK_HEAD).writeBytes(bytes);
    if (!reply.chunkedAllowed()) {
      return buffer;
    }
    frame(buffer);
    return end ? buffer.writeBytes(LAST_CHUNK) : buffer;
  }
}
