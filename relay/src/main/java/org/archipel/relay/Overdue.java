package org.archipel.relay;

import java.util.concurrent.TimeUnit;

/** What has taken too long in an exchange. A pure rule, so that time can be moved by hand. */
enum Overdue {
  NOTHING,
  /**
   * No engine became free. The pool refuses sooner, by the deadline of the request or its class.
   */
  QUEUE,
  /** The engine has not begun to answer. */
  FIRST_BYTE,
  /** The engine has stopped in the middle. */
  NEXT_PIECE,
  /** The last event went by, but the body does not end. */
  END_OF_BODY,
  /** The client does not read. */
  CLIENT,
  /** The ledger does not take the record. */
  LEDGER,
  /** Nothing was sent for so long that somebody on the way may take the connection for dead. */
  SIGN_OF_LIFE;

  /** How long the end of a body may follow the last event of its stream. */
  private static final long AFTER_LAST_EVENT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Clients do not keep to advice that is longer (http-contract.md §4). */
  private static final long LONGEST_ADVICE_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** How long an answer waits for the ledger before it is given up. */
  private static final long LEDGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * A moment of an exchange.
   *
   * @param state where it is
   * @param waited nanoseconds since the engine, or whoever is waited for, last moved
   * @param silent nanoseconds since the client was last sent something
   * @param clientReads whether the client takes what is sent
   * @param terminal whether the last event of the answer went by
   * @param pingable whether a comment may be sent now
   */
  record Moment(
      ExchangeState state,
      long waited,
      long silent,
      boolean clientReads,
      boolean terminal,
      boolean pingable) {}

  static Overdue of(Moment moment, RelayTimeouts timeouts) {
    Overdue found =
        switch (moment.state()) {
          case QUEUED -> when(moment.waited() > timeouts.queue().toNanos(), QUEUE);
          case SENT -> when(moment.waited() > timeouts.firstByte().toNanos(), FIRST_BYTE);
          case SETTLING -> when(moment.waited() > LEDGER_NANOS, LEDGER);
          case ANSWERING -> inAnswer(moment, timeouts);
          case READING, CONNECTING, DONE -> NOTHING;
        };
    if (found != NOTHING) {
      return found;
    }
    // A ping to one who does not read would make it seem to be there.
    boolean quiet = moment.silent() > timeouts.ping().toNanos();
    return when(moment.pingable() && moment.clientReads() && quiet, SIGN_OF_LIFE);
  }

  /** What the client is told when the request ends with this, after so long a wait. */
  Failure failure(long waited) {
    return switch (this) {
      case QUEUE ->
          Failure.retryLater(
              ErrorCode.QUEUE_TIMEOUT,
              "no engine became free in time",
              Math.min(waited, LONGEST_ADVICE_NANOS));
      case FIRST_BYTE -> Failure.of(ErrorCode.ENGINE_TIMEOUT, "the engine did not answer in time");
      case NEXT_PIECE ->
          Failure.of(ErrorCode.ENGINE_TIMEOUT, "the engine stopped in the middle of the answer");
      case NOTHING, END_OF_BODY, CLIENT, LEDGER, SIGN_OF_LIFE ->
          throw new IllegalStateException(this + " does not end a request");
    };
  }

  private static Overdue inAnswer(Moment moment, RelayTimeouts timeouts) {
    if (!moment.clientReads()) {
      return when(moment.silent() > timeouts.clientStall().toNanos(), CLIENT);
    }
    if (moment.terminal() && moment.waited() > AFTER_LAST_EVENT_NANOS) {
      return END_OF_BODY;
    }
    return when(moment.waited() > timeouts.betweenChunks().toNanos(), NEXT_PIECE);
  }

  private static Overdue when(boolean late, Overdue overdue) {
    return late ? overdue : NOTHING;
  }
}
