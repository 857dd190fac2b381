package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * One buffer into which all connections of an event loop are read, one after the other: no memory
 * is looked for at each read, and each takes all that is there. Only for connections whose first
 * handler copies what it gets and keeps nothing.
 */
final class LoopReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
  private final ByteBuf buffer;

  LoopReceiveBuffer(int size) {
    // The collector frees it with its loop: when the last read ends is nobody's to say.
    this.buffer = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(size));
  }

  @Override
  @SuppressWarnings("deprecation") // The type that the interface still names.
  public RecvByteBufAllocator.Handle newHandle() {
    return new OneBuffer();
  }

  private final class OneBuffer extends MaxMessageHandle {
    @Override
    public ByteBuf allocate(ByteBufAllocator ignored) {
      if (buffer.refCnt() != 1) {
        throw new IllegalStateException("what was read before is still in use");
      }
      return buffer.clear().retain();
    }

    @Override
    public int guess() {
      return buffer.capacity();
    }
  }
}
