package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Netty's decoder, without tolerance for requests of which two readers could see different ends: a
 * length beside chunks is refused instead of one of them ignored (RFC 9112 §6.3, request
 * smuggling).
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
  private static final int MAX_PIECE = 256 * 1024;

  private final ClientConnection connection;

  StrictRequestDecoder(int maxHeader, ClientConnection connection) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(8 * 1024)
            .setMaxHeaderSize(maxHeader)
            .setMaxChunkSize(MAX_PIECE)
            .setStrictLineParsing(true));
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    connection.bytesArrived(((ByteBuf) message).readableBytes());
    super.channelRead(ctx, message);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
  }
}
