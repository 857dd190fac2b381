package org.archipel.simulator.fleet;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.archipel.simulator.fleet.scenario.EngineModel;
import org.jspecify.annotations.Nullable;

/**
 * An engine that batches: first come first served into its free sequences and KV cache, then in
 * steps of which each computes a chunk of prompts and one token of every decoding sequence.
 *
 * <p>Steps with prompts in them are events of their own. A run of steps that only decode is one
 * event, up to the next {@link #MILESTONE_TOKENS}th token or end of a sequence: within it the step
 * time is taken as constant, though contexts grow by a token each. What arrives meanwhile joins at
 * the end of the step that runs. A sequence is admitted when its whole KV cache will fit, so that
 * nothing is ever preempted; one larger than the cache runs alone.
 */
final class FleetEngine {
  /** How often the progress of a stream is told. */
  static final int MILESTONE_TOKENS = 64;

  /** Who is told what happens to requests. May start others on this engine meanwhile. */
  interface Listener {
    void admitted(Ticket ticket, long now);

    void firstToken(Ticket ticket, long now);

    void progressed(Ticket ticket, int tokens, long now);

    void finished(Ticket ticket, long now);
  }

  private enum Phase {
    IDLE,
    BETWEEN,
    DECODING,
    MIXED
  }

  private final EngineModel model;
  private final Listener listener;
  private final ConversationCache cache = new ConversationCache();
  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
  private final ArrayDeque<Ticket> prefilling = new ArrayDeque<>();
  // Decoding sequences: a heap by next milestone.
  private @Nullable Ticket[] heap = new @Nullable Ticket[16];
  private int decoding;

  private Phase phase = Phase.IDLE;
  private long steps;
  private long anchorNanos;
  private long stepNanos;
  private long nextNanos = Timetable.NEVER;

  private long context;
  private long reserved;
  private long busyNanos;
  private long joined;

  FleetEngine(EngineModel model, Listener listener) {
    this.model = model;
    this.listener = listener;
  }

  /** When it wants {@link #event} to be called. */
  long nextNanos() {
    return nextNanos;
  }

  int waiting() {
    return waiting.size();
  }

  /** Sequences that hold a place in the batch. */
  int running() {
    return decoding + prefilling.size();
  }

  /** Share of the KV cache that running sequences take, whole ones. */
  double kvUsage() {
    return Math.min(1, reserved / (double) model.capacity().kvTokens());
  }

  /** Tokens that running sequences will have at their ends. */
  long reservedTokens() {
    return reserved;
  }

  /** Time in which it computed something, up to {@code now}. */
  long busyNanos(long now) {
    boolean inStep = phase == Phase.DECODING || phase == Phase.MIXED;
    return busyNanos + (inStep ? now - anchorNanos : 0);
  }

  /** A request comes. */
  void accept(Ticket ticket, long now) {
    waiting.add(ticket);
    if (phase == Phase.IDLE) {
      phase = Phase.BETWEEN;
      proceed(now);
    } else if (phase == Phase.DECODING && fits(waiting.getFirst())) {
      long whole = Math.ceilDiv(now - anchorNanos, stepNanos);
      nextNanos = Math.min(nextNanos, anchorNanos + whole * stepNanos);
    }
  }

  /** The time that it asked for has come. */
  void event(long now) {
    if (phase == Phase.MIXED) {
      steps++;
      context += decoding;
    } else {
      long run = (now - anchorNanos) / stepNanos;
      steps += run;
      context += run * decoding;
    }
    busyNanos += now - anchorNanos;
    boolean computed = phase == Phase.MIXED;
    phase = Phase.BETWEEN;
    if (computed) {
      computeChunk(now);
    }
    reachMilestones(now);
    proceed(now);
  }

  private void proceed(long now) {
    while (!waiting.isEmpty() && fits(waiting.getFirst())) {
      admit(waiting.removeFirst(), now);
    }
    anchorNanos = now;
    long base = model.stepNanos()[decoding] + Math.round(model.contextNanos() * context);
    if (!prefilling.isEmpty()) {
      phase = Phase.MIXED;
      stepNanos = base + Math.round(chunkNanos());
      nextNanos = now + stepNanos;
    } else if (decoding > 0) {
      phase = Phase.DECODING;
      stepNanos = base;
      nextNanos = now + (head().milestone - steps) * stepNanos;
    } else {
      phase = Phase.IDLE;
      nextNanos = Timetable.NEVER;
    }
  }

  private boolean fits(Ticket ticket) {
    int running = running();
    return running == 0
        || (running < model.capacity().maxConcurrency()
            && reserved + ticket.held() <= model.capacity().kvTokens());
  }

  private void admit(Ticket ticket, long now) {
    Ticket.Ask ask = ticket.ask;
    reserved += ticket.held();
    // The last token of a prompt is always computed: it is what the answer goes on from.
    ticket.cached = cache.begin(ask.conversation(), Math.min(ask.reusable(), ask.prompt() - 1));
    ticket.computed = ticket.cached;
    cache.shrinkTo(Math.max(0, model.capacity().kvTokens() - reserved));
    prefilling.add(ticket);
    listener.admitted(ticket, now);
  }

  /** What the prompt tokens of the coming step take, in the order that they came. */
  private double chunkNanos() {
    int budget = EngineModel.CHUNK_TOKENS;
    double nanos = 0;
    for (Ticket ticket : prefilling) {
      int take = Math.min(budget, ticket.ask.prompt() - ticket.computed);
      double from = ticket.computed;
      double to = from + take;
      nanos += take * model.prefillNanos() + model.attentionNanos() * (to * to - from * from);
      budget -= take;
      if (budget == 0) {
        break;
      }
    }
    return nanos;
  }

  private void computeChunk(long now) {
    int budget = EngineModel.CHUNK_TOKENS;
    while (budget > 0 && !prefilling.isEmpty()) {
      Ticket ticket = prefilling.getFirst();
      int take = Math.min(budget, ticket.ask.prompt() - ticket.computed);
      ticket.computed += take;
      budget -= take;
      if (ticket.computed == ticket.ask.prompt()) {
        prefilling.removeFirst();
        begin(ticket, now);
      }
    }
  }

  /** The prompt is computed, and with it the first token. */
  private void begin(Ticket ticket, long now) {
    cache.computed(ticket.ask.conversation(), ticket.ask.prompt());
    ticket.startStep = steps;
    if (ticket.ask.output() <= 1) {
      listener.firstToken(ticket, now);
      end(ticket, now);
      return;
    }
    context += ticket.ask.prompt() + 1L;
    ticket.sequence = joined++;
    ticket.milestone = steps + Math.min(MILESTONE_TOKENS, ticket.ask.output()) - 1;
    push(ticket);
    listener.firstToken(ticket, now);
  }

  private void reachMilestones(long now) {
    while (decoding > 0 && head().milestone <= steps) {
      Ticket ticket = head();
      int tokens = ticket.generated(ticket.milestone);
      if (tokens >= ticket.ask.output()) {
        removeHead();
        context -= ticket.held();
        end(ticket, now);
      } else {
        ticket.milestone += Math.min(MILESTONE_TOKENS, ticket.ask.output() - tokens);
        down(ticket);
        listener.progressed(ticket, tokens, now);
      }
    }
  }

  private void end(Ticket ticket, long now) {
    reserved -= ticket.held();
    cache.end(ticket.ask.conversation(), (int) Math.min(Integer.MAX_VALUE, ticket.held()));
    cache.shrinkTo(Math.max(0, model.capacity().kvTokens() - reserved));
    listener.finished(ticket, now);
  }

  private Ticket head() {
    return at(0);
  }

  private Ticket at(int place) {
    Ticket ticket = heap[place];
    if (ticket == null) {
      throw new IllegalStateException("place " + place + " of " + decoding);
    }
    return ticket;
  }

  private void push(Ticket ticket) {
    if (decoding == heap.length) {
      heap = Arrays.copyOf(heap, decoding * 2);
    }
    int place = decoding++;
    while (place > 0 && before(ticket, at((place - 1) >>> 1))) {
      heap[place] = heap[(place - 1) >>> 1];
      place = (place - 1) >>> 1;
    }
    heap[place] = ticket;
  }

  private void removeHead() {
    Ticket last = at(--decoding);
    heap[decoding] = null;
    if (decoding > 0) {
      down(last);
    }
  }

  /** Puts a ticket to the head and lets it sink to its place. */
  private void down(Ticket ticket) {
    int place = 0;
    int half = decoding >>> 1;
    while (place < half) {
      int child = 2 * place + 1;
      if (child + 1 < decoding && before(at(child + 1), at(child))) {
        child++;
      }
      if (!before(at(child), ticket)) {
        break;
      }
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = ticket;
  }

  private static boolean before(Ticket a, Ticket b) {
    return a.milestone < b.milestone || (a.milestone == b.milestone && a.sequence < b.sequence);
  }
}
