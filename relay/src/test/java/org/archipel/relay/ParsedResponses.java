package org.archipel.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a reader of responses makes of the bytes of a connection: one line for each head, body and
 * end, {@code malformed} where it gives up, the same for every reader.
 */
final class ParsedResponses {
  static final String MALFORMED = "malformed";

  private final List<String> lines = new ArrayList<>();
  private final StringBuilder body = new StringBuilder();

  private ParsedResponses() {}

  /** What our own reader makes of bytes that come in these pieces. */
  static List<String> ours(List<byte[]> pieces) {
    ParsedResponses read = new ParsedResponses();
    ResponseParser parser = new ResponseParser();
    try {
      for (byte[] piece : pieces) {
        // A place in an array that is used again, as on the event loop.
        byte[] bytes = new byte[piece.length + 2];
        System.arraycopy(piece, 0, bytes, 1, piece.length);
        parser.feed(bytes, 1, piece.length + 1);
        read.take(parser, bytes);
        Arrays.fill(bytes, (byte) '?');
      }
      if (parser.endsWithConnection()) {
        read.end();
      }
    } catch (MalformedResponseException e) {
      read.malformed();
    }
    return read.lines();
  }

  /** What Netty's reader makes of them. */
  static List<String> nettys(List<byte[]> pieces) {
    ParsedResponses read = new ParsedResponses();
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new HttpResponseDecoder(new HttpDecoderConfig().setStrictLineParsing(false)));
    for (byte[] piece : pieces) {
      channel.writeInbound(Unpooled.copiedBuffer(piece));
    }
    channel.finish();
    HttpObject object;
    boolean interim = false;
    while ((object = channel.readInbound()) != null) {
      if (object.decoderResult().isFailure()) {
        read.malformed();
      } else if (object instanceof HttpResponse head) {
        interim = head.status().code() < 200;
        if (!interim) {
          read.head(head.status().code(), HttpUtil.isKeepAlive(head));
        }
      } else if (object instanceof HttpContent content && !interim) {
        read.body.append(content.content().toString(StandardCharsets.ISO_8859_1));
        if (content instanceof LastHttpContent) {
          read.end();
        }
      }
      ReferenceCountUtil.release(object);
    }
    return read.lines();
  }

  private void take(ResponseParser parser, byte[] bytes) throws MalformedResponseException {
    while (true) {
      switch (parser.next()) {
        case HEAD -> head(parser.head().status(), parser.head().keepAlive());
        case CONTENT -> {
          int length = parser.end() - parser.start();
          body.append(new String(bytes, parser.start(), length, StandardCharsets.ISO_8859_1));
        }
        case END -> end();
        case MORE -> {
          return;
        }
      }
    }
  }

  private void head(int status, boolean keepAlive) {
    lines.add(status + (keepAlive ? " keep" : " close"));
  }

  private void end() {
    lines.add("body " + body);
    body.setLength(0);
    lines.add("end");
  }

  private void malformed() {
    // What came of a body before it depends on how the bytes were cut.
    if (!lines.contains(MALFORMED)) {
      body.setLength(0);
      lines.add(MALFORMED);
    }
  }

  private List<String> lines() {
    if (body.length() > 0) {
      lines.add("unfinished " + body);
    }
    return lines;
  }

  /** Cuts bytes at these places. */
  static List<byte[]> cut(byte[] bytes, List<Integer> places) {
    List<byte[]> pieces = new ArrayList<>();
    int from = 0;
    for (int place : places) {
      pieces.add(Arrays.copyOfRange(bytes, from, place));
      from = place;
    }
    pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
    return pieces;
  }
}
