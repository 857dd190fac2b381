package org.archipel.simulator.fleet;

import java.util.SplittableRandom;
import org.archipel.scheduling.Prefix;
import org.archipel.simulator.fleet.scenario.Lengths;
import org.archipel.simulator.fleet.scenario.Requests;

/**
 * Draws requests: first prompts, and turns of the conversations that an organization had lately. A
 * turn repeats the whole conversation before it, so that prompts grow and share their beginnings.
 */
final class Prompts {
  private final Requests requests;
  private final SplittableRandom random;
  private final long salt;
  private final long[] conversations;
  private final int[] lengths;
  private int known;
  private int oldest;
  private long begun;

  Prompts(Requests requests, Seeds seeds, String organization) {
    this.requests = requests;
    this.random = seeds.stream("prompts", organization);
    this.salt = seeds.number("conversations", organization);
    this.conversations = new long[requests.conversations().recent()];
    this.lengths = new int[conversations.length];
  }

  Ticket.Ask next() {
    Requests.Conversations talk = requests.conversations();
    // The same draws in every case, so that a change of one setting changes little else.
    boolean goesOn = random.nextDouble() < talk.continuing();
    int which = random.nextInt(conversations.length);
    int fresh = draw(requests.prompts());
    int turn = draw(talk.turns());
    int output = draw(requests.outputs());
    int slot = known == 0 ? -1 : which % known;
    if (!goesOn || slot < 0 || lengths[slot] + turn + output > talk.maxContext()) {
      slot = begin();
      lengths[slot] = fresh + output;
      return new Ticket.Ask(fresh, output, conversations[slot], 0);
    }
    int before = lengths[slot];
    lengths[slot] = before + turn + output;
    return new Ticket.Ask(before + turn, output, conversations[slot], before);
  }

  private int begin() {
    int slot = known < conversations.length ? known++ : oldest;
    oldest = (slot + 1) % conversations.length;
    conversations[slot] = Seeds.mix(salt + ++begun) | 1;
    return slot;
  }

  private int draw(Lengths lengths) {
    double value = lengths.median() * Math.exp(lengths.sigma() * random.nextGaussian());
    return Math.clamp(Math.round(value), lengths.min(), lengths.max());
  }

  /** The chain of a prompt: as a conversation only grows, block i says all up to its end. */
  static Prefix chain(Ticket.Ask ask) {
    int blocks = Math.min(Prefix.MAX_BLOCKS, ask.prompt() / Prefix.BLOCK_TOKENS);
    long[] chain = new long[blocks];
    for (int i = 0; i < blocks; i++) {
      chain[i] = Seeds.mix(ask.conversation() + i * 0x9E3779B97F4A7C15L);
    }
    return new Prefix(chain, 0);
  }
}
