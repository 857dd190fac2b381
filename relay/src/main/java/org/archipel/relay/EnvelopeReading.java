package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads the envelope out of a body, whatever its form. */
final class EnvelopeReading {
  private EnvelopeReading() {}

  /**
   * Reads a body.
   *
   * @param scratch memory for small bodies, so that the scan runs on an array
   * @throws RefusedException when the body cannot be understood
   */
  static RequestEnvelope read(RequestHead head, ByteBuf body, byte[] scratch)
      throws RefusedException {
    if (head.multipart()) {
      return MultipartScanner.scan(new BufferBytes(body), head.headers().get("content-type", ""));
    }
    int length = body.readableBytes();
    requireUtf8Object(body);
    try {
      if (length <= scratch.length) {
        body.getBytes(body.readerIndex(), scratch, 0, length);
        return cuttable(EnvelopeScanner.scan(Json.FACTORY.createParser(scratch, 0, length)), body);
      }
      return cuttable(
          EnvelopeScanner.scan(
              Json.FACTORY.createParser((InputStream) new ByteBufInputStream(body.duplicate()))),
          body);
    } catch (IOException e) {
      throw new RefusedException(
          Failure.of(ErrorCode.INVALID_JSON, "the body could not be read as JSON"));
    }
  }

  /** Finds the comma before fields that are to be cut out at the object's end. */
  private static RequestEnvelope cuttable(RequestEnvelope envelope, ByteBuf body) {
    if (!envelope.wishes().oursAtEnd()) {
      return envelope;
    }
    int at = envelope.wishes().ours().getLast().start() - 1;
    // The model stands before them, so that there is one; the rest of the body is known to be JSON.
    while (body.getByte(body.readerIndex() + at) != ',') {
      at--;
    }
    return envelope.cutFrom(at);
  }

  /**
   * Refuses what Jackson would take for another encoding than UTF-8: its offsets would not be those
   * of our bytes.
   */
  private static void requireUtf8Object(ByteBuf body) throws RefusedException {
    int from = body.readerIndex();
    for (int i = from; i < from + Math.min(4, body.readableBytes()); i++) {
      byte b = body.getByte(i);
      if (b == 0 || (i == from && b < 0)) {
        throw new RefusedException(
            Failure.of(ErrorCode.INVALID_JSON, "the body is not a JSON object in plain UTF-8"));
      }
    }
  }

  private record BufferBytes(ByteBuf buffer) implements Bytes {
    @Override
    public int length() {
      return buffer.readableBytes();
    }

    @Override
    public void get(int index, byte[] to, int at, int count) {
      buffer.getBytes(buffer.readerIndex() + index, to, at, count);
    }
  }
}
