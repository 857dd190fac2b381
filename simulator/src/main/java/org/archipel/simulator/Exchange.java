package org.archipel.simulator;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.EventExecutor;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.archipel.simulator.ServedRequest.End;

/**
 * One request in the engine: waits for its turn, then writes its answer at the pace of the timing.
 *
 * <p>Everything but {@link #startPrefill} runs on the connection's event loop. It ends exactly
 * once: completed, cancelled because the peer left, or failed by a fault.
 */
final class Exchange implements Batch.Work {
  // Tokens without delay that one stream writes before it lets other connections in.
  private static final int TURN = 64;

  private final EngineState state;
  private final AnswerWire wire;
  private final Plan plan;
  private final Faults faults;
  private final EventExecutor loop;
  private final long startedAt;

  private long answeringSince = -1;
  private long wholeInterval;
  private long nextAt;
  private int produced;
  private boolean paused;
  private boolean generated;
  private boolean ended;
  private ByteBuf carry = Unpooled.EMPTY_BUFFER;

  Exchange(EngineState state, AnswerWire wire, Plan plan, Faults faults) {
    this.state = state;
    this.wire = wire;
    this.plan = plan;
    this.faults = faults;
    this.loop = wire.channel().eventLoop();
    this.startedAt = now();
  }

  /** Takes the request in. */
  void begin() {
    state.counters.started();
    if (faults.resetBeforeHead()) {
      end(End.FAILED);
      wire.reset();
    } else if (!faults.neverAnswer()) {
      after(faults.firstByteNanos(), this::submit);
    }
  }

  private void submit() {
    if (ended) {
      return;
    }
    if (faults.status().isPresent()) {
      end(End.FAILED);
      wire.refusal(faults.status().getAsInt(), faults.retryAfter(), plan.anthropic());
      return;
    }
    if (plan.stream() && state.flavour().sendsHeadAtOnce()) {
      wire.streamHead();
    }
    if (state.batch.submit(this)) {
      prefill();
    }
  }

  @Override
  public int contextTokens() {
    return plan.usage().prompt() + plan.format().tokens() / 2;
  }

  @Override
  public void startPrefill() {
    loop.execute(this::prefill);
  }

  private void prefill() {
    if (!ended) {
      EngineTiming timing = state.options.timing();
      after(
          scaled(timing.firstTokenNanos(plan.usage().prompt(), plan.usage().cached())),
          this::answer);
    }
  }

  private void answer() {
    if (ended) {
      return;
    }
    state.batch.prefilled(this);
    answeringSince = now();
    nextAt = answeringSince;
    state.counters.firstTokenTime.record(answeringSince - startedAt);
    if (plan.stream()) {
      wire.streamHead();
      tick();
    } else {
      wholeInterval = interval();
      after(Math.max(0, plan.format().tokens() - 1) * wholeInterval, this::answerWhole);
    }
  }

  private void answerWhole() {
    if (ended) {
      return;
    }
    produced = plan.format().tokens();
    generationDone();
    if (faults.stallAfter().isPresent()) {
      return;
    }
    byte[] body = plan.format().whole();
    if (faults.cutAfter().isPresent()) {
      end(End.FAILED);
      wire.cutWhole(plan.format().wholeType(), body);
      return;
    }
    completeWith(wire.whole(plan.format().wholeType(), body));
  }

  /** Writes what is due of a stream and plans the rest. */
  private void tick() {
    for (int turn = 0; !ended && !generated; turn++) {
      if (!wire.channel().isWritable()) {
        // A slow reader slows its own stream down: the socket's buffer is the only one.
        paused = true;
        return;
      }
      writeBurst();
      if (ended || generated) {
        return;
      }
      long step = interval() * faults.burst();
      nextAt += step;
      long delay = nextAt - now();
      if (delay > 0) {
        var _ = loop.schedule(this::tick, delay, TimeUnit.NANOSECONDS);
        return;
      }
      if (turn >= TURN) {
        loop.execute(this::tick);
        return;
      }
    }
  }

  private void writeBurst() {
    int tokens = plan.format().tokens();
    int until = Math.min(tokens, produced + faults.burst());
    ByteBuf out = wire.channel().alloc().buffer(256 * (until - produced) + 512);
    if (produced == 0) {
      plan.format().opening(out);
    }
    while (produced < until && !stopsHere()) {
      int start = out.writerIndex();
      plan.format().token(out, produced);
      pad(out, start);
      produced++;
    }
    if (stopsHere()) {
      stop(out);
    } else if (produced >= tokens) {
      plan.format().closing(out);
      generationDone();
      completeWith(wire.streamEnd(joined(out)));
    } else {
      write(out);
    }
  }

  private boolean stopsHere() {
    return reached(faults.cutAfter())
        || reached(faults.errorEventAfter())
        || reached(faults.stallAfter());
  }

  private boolean reached(OptionalInt mark) {
    return mark.isPresent() && produced >= mark.getAsInt();
  }

  private void stop(ByteBuf out) {
    if (reached(faults.stallAfter())) {
      wire.streamPart(joined(out));
      // It ends when the peer loses patience.
      generated = true;
      return;
    }
    end(End.FAILED);
    if (reached(faults.errorEventAfter())) {
      plan.format().failure(out);
      wire.streamEnd(joined(out)).addListener(_ -> wire.exchangeDone());
    } else {
      wire.cutStream(joined(out));
    }
  }

  private void write(ByteBuf out) {
    if (faults.splitEvents() && out.readableBytes() > 1) {
      ByteBuf all = joined(out);
      ByteBuf part = all.readRetainedSlice(all.readableBytes() - out.readableBytes() / 2);
      carry = all;
      wire.streamPart(part);
    } else {
      wire.streamPart(out);
    }
  }

  /** What an earlier write kept back, and this. */
  private ByteBuf joined(ByteBuf out) {
    if (!carry.isReadable()) {
      return out;
    }
    ByteBuf all = Unpooled.wrappedBuffer(carry, out);
    carry = Unpooled.EMPTY_BUFFER;
    return all;
  }

  // White space after the object and before the blank line changes nothing for a parser.
  private void pad(ByteBuf out, int start) {
    int missing = faults.chunkBytes() - (out.writerIndex() - start);
    if (missing > 0) {
      out.writerIndex(out.writerIndex() - 2);
      for (int i = 0; i < missing; i++) {
        out.writeByte(' ');
      }
      out.writeByte('\n').writeByte('\n');
    }
  }

  /** The peer reads again. */
  void writable() {
    if (paused && !ended) {
      paused = false;
      nextAt = Math.max(nextAt, now());
      tick();
    }
  }

  /** The connection is closed. */
  void peerGone() {
    if (!ended) {
      if (answeringSince >= 0 && !plan.stream() && !generated) {
        produced = tokensByNow();
      }
      end(End.CANCELLED);
    }
  }

  private int tokensByNow() {
    int all = plan.format().tokens();
    if (all == 0 || wholeInterval == 0) {
      return all;
    }
    return (int) Math.min(all, 1 + (now() - answeringSince) / wholeInterval);
  }

  private void generationDone() {
    generated = true;
    state.batch.leave(this);
    if (produced > 1) {
      state.counters.interTokenTime.record((now() - answeringSince) / (produced - 1));
    }
  }

  private void completeWith(ChannelFuture written) {
    written.addListener(
        future -> {
          if (!ended) {
            end(future.isSuccess() ? End.COMPLETED : End.CANCELLED);
            wire.exchangeDone();
          }
        });
  }

  private void end(End how) {
    ended = true;
    state.batch.leave(this);
    carry.release();
    carry = Unpooled.EMPTY_BUFFER;
    state.counters.requestTime.record(now() - startedAt);
    state.counters.ended(
        new ServedRequest(
            plan.requestId(),
            plan.route(),
            plan.model(),
            plan.usage().prompt(),
            plan.usage().cached(),
            produced,
            how));
  }

  private long interval() {
    return faults
        .interTokenNanos()
        .orElseGet(() -> scaled(state.batch.interTokenNanos(state.options.timing())));
  }

  private long scaled(long nanos) {
    return (long) (nanos * state.options.delayScale());
  }

  private void after(long nanos, Runnable step) {
    if (nanos <= 0) {
      step.run();
    } else {
      var _ = loop.schedule(step, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private long now() {
    return wire.channel().eventLoop().ticker().nanoTime();
  }
}
