package org.archipel.bench;

import io.netty.buffer.ByteBuf;

/**
 * Reads one HTTP/1.1 response after another from a connection and knows where each ends.
 *
 * <p>Consumes from the buffer what it has understood; what is left is offered again together with
 * what comes next. One per connection, on its loop.
 */
final class ResponseReader {
  private enum State {
    HEAD,
    FIXED,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER,
    ENDED
  }

  private static final int LONGEST_SIZE_LINE = 1024;

  private final HttpHead head = new HttpHead();
  private final SseReader events;
  private State state = State.HEAD;
  private int status;
  private long left;
  private long bodyBytes;

  ResponseReader(SseReader.Events listener) {
    this.events = new SseReader(listener);
  }

  /** Makes ready for the next response. */
  void reset() {
    state = State.HEAD;
    status = 0;
    left = 0;
    bodyBytes = 0;
    events.reset();
  }

  /** 0 before the head has been read. */
  int status() {
    return status;
  }

  /** Bytes of the body so far, without its framing. */
  long bodyBytes() {
    return bodyBytes;
  }

  SseReader events() {
    return events;
  }

  boolean closing() {
    return head.closing();
  }

  /**
   * Reads on.
   *
   * @return whether the response has been read to its end
   * @throws MalformedMessageException if this is not a framed HTTP/1.1 response
   */
  boolean read(ByteBuf in) {
    while (state != State.ENDED) {
      boolean moved =
          switch (state) {
            case HEAD -> head(in);
            case FIXED -> body(in, State.ENDED);
            case CHUNK_SIZE -> chunkSize(in);
            case CHUNK -> body(in, State.CHUNK_END);
            case CHUNK_END -> line(in, State.CHUNK_SIZE);
            case TRAILER -> trailer(in);
            case ENDED -> false;
          };
      if (!moved) {
        return false;
      }
    }
    return true;
  }

  private boolean head(ByteBuf in) {
    int bodyStart = head.read(in);
    if (bodyStart < 0) {
      return false;
    }
    int start = in.readerIndex();
    if (bodyStart - start < 16 || in.getByte(start) != 'H') {
      throw new MalformedMessageException("not an HTTP/1.1 status line");
    }
    status =
        (in.getByte(start + 9) - '0') * 100
            + (in.getByte(start + 10) - '0') * 10
            + (in.getByte(start + 11) - '0');
    in.readerIndex(bodyStart);
    if (status < 200) {
      // An interim response (100 Continue, 103 Early Hints): the real one follows.
      status = 0;
    } else if (head.chunked()) {
      state = State.CHUNK_SIZE;
    } else if (head.contentLength() >= 0 || status == 204) {
      left = Math.max(head.contentLength(), 0);
      state = left == 0 ? State.ENDED : State.FIXED;
    } else {
      throw new MalformedMessageException("neither content-length nor chunked");
    }
    return true;
  }

  private boolean body(ByteBuf in, State next) {
    int step = (int) Math.min(left, in.readableBytes());
    if (step == 0) {
      return false;
    }
    int start = in.readerIndex();
    // An event stream is chunked, except from a proxy that has seen its end already.
    events.read(in, start, start + step);
    in.skipBytes(step);
    bodyBytes += step;
    left -= step;
    if (left == 0) {
      state = next;
    }
    return true;
  }

  private boolean chunkSize(ByteBuf in) {
    int start = in.readerIndex();
    int lf = in.indexOf(start, in.writerIndex(), (byte) '\n');
    if (lf < 0) {
      if (in.readableBytes() > LONGEST_SIZE_LINE) {
        throw new MalformedMessageException("chunk size without an end");
      }
      return false;
    }
    long size = 0;
    int at = start;
    for (int digit; at < lf && (digit = Character.digit(in.getByte(at), 16)) >= 0; at++) {
      size = size * 16 + digit;
    }
    if (at == start || size > Integer.MAX_VALUE) {
      throw new MalformedMessageException("chunk size is not a number");
    }
    in.readerIndex(lf + 1);
    left = size;
    state = size == 0 ? State.TRAILER : State.CHUNK;
    return true;
  }

  private boolean line(ByteBuf in, State next) {
    int lf = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
    if (lf < 0) {
      return false;
    }
    if (lf - in.readerIndex() > 1) {
      throw new MalformedMessageException("chunk is longer than its size");
    }
    in.readerIndex(lf + 1);
    state = next;
    return true;
  }

  private boolean trailer(ByteBuf in) {
    int lf = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
    if (lf < 0) {
      return false;
    }
    boolean blank = lf - in.readerIndex() <= 1;
    in.readerIndex(lf + 1);
    state = blank ? State.ENDED : State.TRAILER;
    return true;
  }
}
