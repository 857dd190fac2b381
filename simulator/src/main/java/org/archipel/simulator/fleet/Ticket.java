package org.archipel.simulator.fleet;

import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Permit;
import org.jspecify.annotations.Nullable;

/** One simulated request, from its arrival to its end. Belongs to one simulation. */
final class Ticket {
  /** What became of it so far. */
  enum State {
    ARRIVED,
    WAITING,
    STARTED,
    REFUSED,
    FINISHED
  }

  /** The organization's place in the scenario. */
  final int organization;

  /** The class's place among {@link org.archipel.scheduling.ServiceClass}. */
  final int serviceClass;

  final long arrivalNanos;
  final Ask ask;
  final Demand demand;

  State state = State.ARRIVED;

  /** Its place in the line of its organization and class, see {@link WaitProbes}. */
  long linePlace;

  @Nullable Permit permit;

  // What its engine keeps of it.
  int cached;
  int computed;
  long startStep;
  long milestone;
  long sequence;

  long firstTokenNanos;

  /** Tokens generated that were counted as service. */
  int counted;

  Ticket(int organization, int serviceClass, long arrivalNanos, Ask ask, Demand demand) {
    this.organization = organization;
    this.serviceClass = serviceClass;
    this.arrivalNanos = arrivalNanos;
    this.ask = ask;
    this.demand = demand;
  }

  /**
   * What a request truly needs; the pool is told only the prompt.
   *
   * @param prompt tokens, at least 1
   * @param output tokens that will be generated, at least 0
   * @param conversation the conversation that it belongs to, 0 when it is not remembered
   * @param reusable tokens at the head of the prompt that were in the conversation before
   */
  record Ask(int prompt, int output, long conversation, int reusable) {}

  /** Tokens of KV cache that it takes at its end. */
  long held() {
    return (long) ask.prompt() + ask.output();
  }

  /** Tokens that it has generated after so many steps of its engine. */
  int generated(long step) {
    return (int) (1 + step - startStep);
  }
}
