package org.archipel.relay;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads HTTP/1.1 responses of one connection, one after the other, from bytes as they come. What
 * one piece of bytes brings of a body is told at once, with the framing of chunks taken out in
 * place.
 *
 * <p>Give it bytes with {@link #feed} and ask for what they bring with {@link #next} until that is
 * {@link Event#MORE}. Interim responses (1xx) are skipped; trailers are read and thrown away. Not
 * thread-safe.
 */
final class ResponseParser {
  /** What there is. */
  enum Event {
    /** All bytes were read. */
    MORE,
    /** A head; see {@link #head}. */
    HEAD,
    /** A piece of the body; see {@link #start} and {@link #end}. */
    CONTENT,
    /** The body's end; what is fed after it belongs to the next response. */
    END
  }

  private enum State {
    BEFORE_HEAD,
    HEAD,
    COUNTED_BODY,
    BODY_UNTIL_CLOSE,
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_BODY,
    AFTER_CHUNK,
    TRAILER,
    ENDED
  }

  /** The longest head, trailer or line of a chunk's size. */
  static final int MAX_HEAD = 64 * 1024;

  /** Chunks have up to this many digits of length, which is more than any disk holds. */
  private static final int MAX_SIZE_DIGITS = 15;

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final byte[] NOTHING = new byte[0];

  private State state = State.BEFORE_HEAD;
  private byte[] partialHead = NOTHING;
  private int partialLength;
  private long left;
  private int sizeDigits;
  private int lineLength;
  private int trailerLength;

  private byte[] bytes = NOTHING;
  private int at;
  private int limit;
  private int start;
  private int end;
  private @Nullable EngineHead head;

  /** Gives the next bytes, which are changed where chunks are put together. */
  void feed(byte[] next, int from, int to) {
    bytes = next;
    at = from;
    limit = to;
  }

  /** The head of the response that is being read. */
  EngineHead head() {
    EngineHead read = head;
    if (read == null) {
      throw new IllegalStateException("no head was read yet");
    }
    return read;
  }

  /** Where the piece of the body begins in the bytes that were fed. */
  int start() {
    return start;
  }

  /** Where the piece of the body ends. */
  int end() {
    return end;
  }

  /** Whether bytes are left that belong to no response so far; blank lines do not count. */
  boolean excess() {
    skipBlankLines();
    return at < limit;
  }

  /** Whether the body ends with the connection, as the one that was being read does. */
  boolean endsWithConnection() {
    return state == State.BODY_UNTIL_CLOSE;
  }

  /** Reads on. */
  Event next() throws MalformedResponseException {
    return switch (state) {
      case BEFORE_HEAD, HEAD -> readHead();
      case COUNTED_BODY -> counted();
      case BODY_UNTIL_CLOSE -> piece(limit - at);
      case CHUNK_SIZE, CHUNK_EXTENSION, CHUNK_BODY, AFTER_CHUNK, TRAILER -> chunks();
      case ENDED -> {
        state = State.BEFORE_HEAD;
        yield Event.END;
      }
    };
  }

  // ---------------------------------------------------------------- head

  private Event readHead() throws MalformedResponseException {
    while (true) {
      if (state == State.BEFORE_HEAD) {
        skipBlankLines();
        if (at == limit) {
          return Event.MORE;
        }
        state = State.HEAD;
      }
      byte[] whole = wholeHead();
      if (whole.length == 0) {
        return Event.MORE;
      }
      EngineHead read = new EngineHead(whole);
      if (read.status() == SWITCHING_PROTOCOLS) {
        throw new MalformedResponseException("a protocol that was not asked for");
      }
      if (read.status() >= 200) {
        head = read;
        begin(read);
        return Event.HEAD;
      }
      state = State.BEFORE_HEAD;
    }
  }

  private void begin(EngineHead read) {
    left = read.contentLength();
    if (read.chunked()) {
      beginChunk();
    } else if (left == 0) {
      state = State.ENDED;
    } else {
      state = left > 0 ? State.COUNTED_BODY : State.BODY_UNTIL_CLOSE;
    }
  }

  /** A copy of the head once it is whole, else nothing. */
  private byte[] wholeHead() throws MalformedResponseException {
    if (partialLength == 0) {
      int stop = headEnd(bytes, at, limit);
      if (stop >= 0) {
        requireBounded(stop - at);
        byte[] whole = Arrays.copyOfRange(bytes, at, stop);
        at = stop;
        return whole;
      }
    }
    int before = partialLength;
    keepPartial(limit - at);
    int stop = headEnd(partialHead, Math.max(0, before - 2), partialLength);
    if (stop < 0) {
      at = limit;
      requireBounded(partialLength);
      return NOTHING;
    }
    requireBounded(stop);
    byte[] whole = Arrays.copyOf(partialHead, stop);
    at += stop - before;
    partialHead = NOTHING;
    partialLength = 0;
    return whole;
  }

  private void keepPartial(int count) {
    if (partialLength + count > partialHead.length) {
      partialHead = Arrays.copyOf(partialHead, Math.max(partialLength + count, 2 * partialLength));
    }
    System.arraycopy(bytes, at, partialHead, partialLength, count);
    partialLength += count;
  }

  /** The place after the blank line that ends a head, or -1. */
  private static int headEnd(byte[] bytes, int scanFrom, int end) {
    int feed = scanFrom - 1;
    while ((feed = ByteSearch.indexOf(bytes, feed + 1, end, (byte) '\n')) >= 0) {
      if (feed + 1 < end && bytes[feed + 1] == '\n') {
        return feed + 2;
      }
      if (feed + 2 < end && bytes[feed + 1] == '\r' && bytes[feed + 2] == '\n') {
        return feed + 3;
      }
    }
    return -1;
  }

  private void skipBlankLines() {
    while (at < limit && (bytes[at] == '\r' || bytes[at] == '\n')) {
      at++;
    }
  }

  private static void requireBounded(int length) throws MalformedResponseException {
    if (length > MAX_HEAD) {
      throw new MalformedResponseException("a head of more than " + MAX_HEAD + " bytes");
    }
  }

  // ---------------------------------------------------------------- body

  private Event counted() {
    int count = (int) Math.min(left, limit - at);
    left -= count;
    if (left == 0) {
      state = State.ENDED;
    }
    return piece(count);
  }

  private Event piece(int count) {
    start = at;
    end = at + count;
    at = end;
    return count == 0 ? Event.MORE : Event.CONTENT;
  }

  /** Reads all chunks there are and puts their bytes together. */
  private Event chunks() throws MalformedResponseException {
    start = at;
    end = at;
    while (at < limit && state != State.ENDED) {
      switch (state) {
        case CHUNK_BODY -> chunkBody();
        case CHUNK_SIZE -> chunkSize(bytes[at++]);
        case CHUNK_EXTENSION -> chunkExtension(bytes[at++]);
        case AFTER_CHUNK -> afterChunk(bytes[at++]);
        default -> trailer(bytes[at++]);
      }
    }
    if (end > start) {
      return Event.CONTENT;
    }
    return state == State.ENDED ? next() : Event.MORE;
  }

  private void beginChunk() {
    state = State.CHUNK_SIZE;
    left = 0;
    sizeDigits = 0;
    lineLength = 0;
  }

  private void chunkSize(byte b) throws MalformedResponseException {
    int digit = Character.digit((char) (b & 0xff), 16);
    if (digit >= 0) {
      left = left << 4 | digit;
      sizeDigits++;
      if (sizeDigits > MAX_SIZE_DIGITS) {
        throw new MalformedResponseException("a chunk of impossible size");
      }
    } else if (sizeDigits == 0) {
      throw new MalformedResponseException("a chunk without a size");
    } else if (b == '\n') {
      sizeRead();
    } else if (b == '\r' || b == ';' || b == ' ' || b == '\t') {
      state = State.CHUNK_EXTENSION;
      lineLength = b == '\r' ? -1 : 1;
    } else {
      throw new MalformedResponseException("a chunk with a size that is none");
    }
  }

  /** Extensions are skipped; a negative {@link #lineLength} says that the line must end here. */
  private void chunkExtension(byte b) throws MalformedResponseException {
    if (b == '\n') {
      sizeRead();
    } else if (lineLength < 0) {
      throw new MalformedResponseException("a line that does not end after a carriage return");
    } else if (b == '\r') {
      lineLength = -1;
    } else {
      lineLength++;
      requireBounded(lineLength);
    }
  }

  private void sizeRead() {
    state = left == 0 ? State.TRAILER : State.CHUNK_BODY;
    lineLength = 0;
    trailerLength = 0;
  }

  private void chunkBody() {
    int count = (int) Math.min(left, limit - at);
    if (end != at) {
      System.arraycopy(bytes, at, bytes, end, count);
    }
    at += count;
    end += count;
    left -= count;
    if (left == 0) {
      state = State.AFTER_CHUNK;
      lineLength = 0;
    }
  }

  private void afterChunk(byte b) throws MalformedResponseException {
    if (b == '\n') {
      beginChunk();
    } else if (b == '\r' && lineLength == 0) {
      lineLength = 1;
    } else {
      throw new MalformedResponseException("a chunk that is longer than its size");
    }
  }

  /** Skips lines up to a blank one. */
  private void trailer(byte b) throws MalformedResponseException {
    if (b == '\n') {
      if (lineLength == 0) {
        state = State.ENDED;
      }
      lineLength = 0;
    } else if (b != '\r') {
      lineLength++;
    }
    requireBounded(++trailerLength);
  }
}
