package org.archipel.bench;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One connection of the neutral upstream: reads requests, answers each by its model's name. */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write or close shows as channelInactive.
final class UpstreamConnection extends ByteToMessageDecoder {
  private static final long PREFILL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final UpstreamAnswers answers;
  private final PacedStreams paced;
  private final byte[] scratch;
  private final int defaultEvents;
  private final HttpHead head = new HttpHead();

  private boolean bodyBegun;
  private boolean posted;
  private long bodyLeft;
  private UpstreamAsk ask = new UpstreamAsk("json", false, 0);

  private boolean streaming;
  private int burstNext = -1;

  UpstreamConnection(
      UpstreamAnswers answers, PacedStreams paced, byte[] scratch, int defaultEvents) {
    this.answers = answers;
    this.paced = paced;
    this.scratch = scratch;
    this.defaultEvents = defaultEvents;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    // Nobody pipelines behind a stream here; what came early stays unread.
    if (streaming) {
      return;
    }
    try {
      if (bodyBegun) {
        swallow(ctx, in);
      } else {
        begin(ctx, in);
      }
    } catch (MalformedMessageException e) {
      refuse(ctx, in, "400 Bad Request");
    }
  }

  private void begin(ChannelHandlerContext ctx, ByteBuf in) {
    int bodyStart = head.read(in);
    if (bodyStart < 0) {
      return;
    }
    if (head.chunked()) {
      refuse(ctx, in, "411 Length Required");
      return;
    }
    long length = Math.max(head.contentLength(), 0);
    int here = in.writerIndex() - bodyStart;
    if (here < Math.min(length, UpstreamAsk.LOOKED_AT)) {
      return;
    }
    posted = in.getByte(in.readerIndex()) == 'P';
    ask = posted ? UpstreamAsk.of(in, bodyStart, (int) Math.min(length, here), scratch) : get(in);
    in.readerIndex(bodyStart);
    bodyLeft = length;
    bodyBegun = true;
    swallow(ctx, in);
  }

  private void swallow(ChannelHandlerContext ctx, ByteBuf in) {
    int step = (int) Math.min(bodyLeft, in.readableBytes());
    in.skipBytes(step);
    bodyLeft -= step;
    if (bodyLeft == 0) {
      bodyBegun = false;
      answer(ctx);
    }
  }

  /** The path of a GET stands in for the model. */
  private static UpstreamAsk get(ByteBuf in) {
    int start = in.readerIndex() + "GET ".length();
    int end = in.indexOf(start, in.writerIndex(), (byte) ' ');
    String path = end < 0 ? "" : in.toString(start, end - start, StandardCharsets.US_ASCII);
    return new UpstreamAsk(path, false, 0);
  }

  private void answer(ChannelHandlerContext ctx) {
    if (!posted) {
      switch (ask.model()) {
        case "/v1/models" -> reply(ctx, answers.models());
        case "/health" -> reply(ctx, answers.health());
        case "/version" -> reply(ctx, answers.version());
        default -> closeAfter(ctx, "404 Not Found");
      }
      return;
    }
    switch (ask.model()) {
      case "json" -> reply(ctx, answers.json());
      case "big" -> reply(ctx, answers.small());
      case "burst" -> {
        streaming = true;
        burstNext = 0;
        reply(ctx, answers.streamHead());
        continueBurst(ctx);
      }
      case "prefill" -> pace(ctx, PREFILL_NANOS, 50);
      case "paced" -> pace(ctx, 0, 50);
      case "paced10" -> pace(ctx, 0, 10);
      case "paced1" -> pace(ctx, 0, 1);
      default -> closeAfter(ctx, "404 Not Found");
    }
  }

  /** As many writes as the socket takes; each is flushed alone, so that a relay sees many reads. */
  private void continueBurst(ChannelHandlerContext ctx) {
    while (burstNext >= 0 && ctx.channel().isWritable()) {
      if (burstNext < answers.burstWrites()) {
        reply(ctx, answers.burstWrite(burstNext++));
      } else {
        burstNext = -1;
        streaming = false;
        reply(ctx, answers.streamEnd(ask.usage()));
      }
    }
  }

  private void pace(ChannelHandlerContext ctx, long delayNanos, int perSecond) {
    streaming = true;
    reply(ctx, answers.streamHead());
    PacedEvents events =
        new PacedEvents(
            ctx, ask.maxTokens() > 0 ? ask.maxTokens() : defaultEvents, ask.usage(), this);
    // Head and first event are two writes: a relay that holds the head back shows it.
    long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
    if (delayNanos > 0) {
      paced.add(events, delayNanos, interval);
    } else if (events.sendNext()) {
      paced.add(events, interval, interval);
    }
  }

  ByteBuf pacedEvent(ChannelHandlerContext ctx, boolean last) {
    return answers.pacedEvent(ctx.alloc(), System.nanoTime(), last);
  }

  void endPaced(ChannelHandlerContext ctx, boolean usage) {
    streaming = false;
    reply(ctx, answers.streamEnd(usage));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    continueBurst(ctx);
  }

  private void refuse(ChannelHandlerContext ctx, ByteBuf in, String status) {
    in.skipBytes(in.readableBytes());
    closeAfter(ctx, status);
  }

  private static void closeAfter(ChannelHandlerContext ctx, String status) {
    ctx.writeAndFlush(UpstreamAnswers.refusal(status)).addListener(ChannelFutureListener.CLOSE);
  }

  private static void reply(ChannelHandlerContext ctx, ByteBuf bytes) {
    ctx.writeAndFlush(bytes, ctx.voidPromise());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // A client that went away; nothing to say and nobody to say it to.
    ctx.close();
  }
}
