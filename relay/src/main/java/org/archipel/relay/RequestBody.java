package org.archipel.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Collects one request's body. A body that came in one piece is kept as it came; others are copied
 * into segments, so that a sender of tiny pieces cannot pin a read buffer with each of them.
 */
final class RequestBody {
  private static final int SEGMENT = 256 * 1024;
  private static final int FIRST_SEGMENT = 16 * 1024;

  /** After this time a body has to have come at {@link #LEAST_RATE} on average. */
  private static final long RATE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long LEAST_RATE = 1024;

  private final ByteBufAllocator allocator;
  private final BodyMemory memory;
  private final int declared;
  private final List<ByteBuf> segments = new ArrayList<>(1);
  private int length;

  /**
   * @param declared the length that the head announced, or -1
   */
  RequestBody(ByteBufAllocator allocator, BodyMemory memory, int declared) {
    this.allocator = allocator;
    this.memory = memory;
    this.declared = declared;
  }

  /** Takes the bytes of a piece, which stays the caller's; false when there is no memory for it. */
  boolean add(ByteBuf piece) {
    int count = piece.readableBytes();
    if (!memory.take(count)) {
      return false;
    }
    length += count;
    if (count == declared && segments.isEmpty()) {
      segments.add(piece.retainedSlice());
      return true;
    }
    while (piece.isReadable()) {
      ByteBuf segment = segmentWithRoom();
      segment.writeBytes(piece, Math.min(piece.readableBytes(), segment.writableBytes()));
    }
    return true;
  }

  int length() {
    return length;
  }

  /** Whether it comes too slowly, so many nanoseconds after its head. */
  boolean crawls(long taken) {
    return taken > RATE_AFTER_NANOS && length < TimeUnit.NANOSECONDS.toSeconds(taken) * LEAST_RATE;
  }

  /** The whole body in one buffer, which stays this object's. */
  ByteBuf bytes() {
    if (segments.isEmpty()) {
      return Unpooled.EMPTY_BUFFER;
    }
    if (segments.size() > 1) {
      CompositeByteBuf whole = allocator.compositeBuffer(segments.size());
      for (ByteBuf segment : segments) {
        whole.addComponent(true, segment);
      }
      segments.clear();
      segments.add(whole);
    }
    return segments.getFirst();
  }

  /** Gives everything back. A second call does nothing. */
  void release() {
    segments.forEach(ByteBuf::release);
    segments.clear();
    memory.giveBack(length);
    length = 0;
  }

  private ByteBuf segmentWithRoom() {
    if (!segments.isEmpty() && segments.getLast().isWritable()) {
      return segments.getLast();
    }
    int rest = declared >= 0 ? declared - length : 0;
    int least = segments.isEmpty() ? FIRST_SEGMENT : SEGMENT;
    int size = Math.min(SEGMENT, Math.max(least, rest));
    ByteBuf segment = allocator.buffer(size, size);
    segments.add(segment);
    return segment;
  }
}
