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
        return EnvelopeScanner.scan(Json.FACTORY.createParser(scratch, 0, length));
      }
      return EnvelopeScanner.scan(
          Json.FACTORY.createParser((InputStream) new ByteBufInputStream(body.duplicate())));
    } catch (IOException e) {
      throw new RefusedException(
          Failure.of(ErrorCode.INVALID_JSON, "the body could not be read as JSON"));
    }
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
