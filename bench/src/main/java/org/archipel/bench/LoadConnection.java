package org.archipel.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Optional;

/** One connection of a load: sends its request, reads and judges the answer, one at a time. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close shows as channelInactive.
final class LoadConnection extends ByteToMessageDecoder implements SseReader.Events {
  private final LoadWorker worker;
  private final LoadRequest request;
  private final ResponseReader reader = new ResponseReader(this);

  private Optional<ChannelHandlerContext> context = Optional.empty();
  private boolean asking;
  private long intendedAt;
  private long lastByteAt;
  private long lastEventAt;
  private boolean firstByteSeen;
  private boolean abandoned;
  private long now;

  LoadConnection(LoadWorker worker, LoadRequest request) {
    this.worker = worker;
    this.request = request;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    context = Optional.of(ctx);
    worker.idle(this);
  }

  /** Sends the request; it is timed from {@code intendedAt}, which may be in the past. */
  void ask(long intendedAt) {
    this.intendedAt = intendedAt;
    lastByteAt = System.nanoTime();
    lastEventAt = 0;
    firstByteSeen = false;
    asking = true;
    reader.reset();
    ChannelHandlerContext ctx = context.orElseThrow();
    ctx.writeAndFlush(request.bytes().retainedDuplicate(), ctx.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    now = System.nanoTime();
    super.channelRead(ctx, message);
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (!asking) {
      in.skipBytes(in.readableBytes());
      abandon(Failure.MALFORMED);
      return;
    }
    lastByteAt = now;
    if (!firstByteSeen) {
      firstByteSeen = true;
      worker.time(Timing.FIRST_BYTE, now - intendedAt);
    }
    try {
      if (reader.read(in)) {
        finish(ctx);
      }
    } catch (MalformedMessageException e) {
      in.skipBytes(in.readableBytes());
      abandon(Failure.MALFORMED);
    }
  }

  @Override
  public void event(ByteBuf line, int start, int end) {
    worker.event();
    if (lastEventAt == 0) {
      worker.time(Timing.FIRST_CHUNK, now - intendedAt);
    } else if (now != lastEventAt) {
      worker.time(Timing.GAP, now - lastEventAt);
    }
    lastEventAt = now;
    if (worker.stamped()) {
      long sentAt = EventStamp.read(line, start, end);
      if (sentAt > 0) {
        worker.time(Timing.CHUNK, now - sentAt);
      }
    }
  }

  private void finish(ChannelHandlerContext ctx) {
    asking = false;
    Optional<Failure> failure =
        request.expected().judge(reader.status(), reader.bodyBytes(), reader.events());
    if (failure.isPresent()) {
      worker.failed(failure.get());
    } else {
      worker.answered(now - intendedAt, reader.bodyBytes());
    }
    if (reader.closing()) {
      abandoned = true;
      ctx.close();
    } else {
      worker.idle(this);
    }
  }

  /** Whether nothing has come for {@code nanos} although an answer is due. */
  boolean stalled(long at, long nanos) {
    return asking && at - lastByteAt > nanos;
  }

  /** Counts the request as failed and closes. */
  void abandon(Failure failure) {
    asking = false;
    abandoned = true;
    worker.failed(failure);
    context.ifPresent(ChannelHandlerContext::close);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx);
    if (asking) {
      asking = false;
      worker.failed(Failure.CUT);
    } else if (!abandoned) {
      // Closed between two requests: allowed, and not an error.
      abandoned = true;
    }
    worker.closed(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A reset; channelInactive follows and counts it.
    ctx.close();
  }
}
