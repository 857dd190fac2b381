package org.archipel.scheduling;

/**
 * Makes those who wait of demands, and tells no to those who may not. Not thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Intake<T> {
  /** Longer advice is none. */
  private static final double MOST_SECONDS = 86_400;

  private final WaitingRoom<T> room;
  private final Deadlines deadlines;
  private final Accounts accounts;
  private final Admission<T> admission;
  private final Tally tally;
  private long sequence;

  Intake(
      WaitingRoom<T> room,
      Deadlines deadlines,
      Accounts accounts,
      Admission<T> admission,
      Tally tally) {
    this.room = room;
    this.deadlines = deadlines;
    this.accounts = accounts;
    this.admission = admission;
    this.tally = tally;
  }

  Waiting<T> waiting(Demand demand, T ticket, long now) {
    if (room.find(ticket) != null) {
      throw new IllegalStateException("ticket is already waiting");
    }
    Project<T> project = room.project(demand.flow(), demand.reach().visitor());
    LengthEstimate lengths = project.tenant().lengths(demand.flow().serviceClass());
    int limit = demand.tokens().completionLimit();
    int expected = lengths.expected(limit);
    Waiting.Sizing sizing =
        new Waiting.Sizing(
            deadlines.due(demand),
            expected,
            lengths.reserved(limit),
            accounts.estimate(demand.tokens().prompt(), expected));
    return new Waiting<>(demand, ticket, project, sequence++, sizing, now);
  }

  Decision<T> refuse(Waiting<T> waiting, Refusal.Reason reason, long now) {
    tally.refused(reason);
    Flow flow = waiting.demand().flow();
    double seconds =
        reason == Refusal.Reason.NO_ENGINE ? 0 : admission.comeBackIn(waiting, reason, now);
    int ahead = waiting.project().waiting(flow.serviceClass().rank());
    long nanos = (long) (1e9 * Math.min(seconds, MOST_SECONDS));
    return new Decision.Refuse<>(waiting.ticket(), new Refusal(reason, nanos, ahead));
  }

  /** It waited for as long as makes sense. */
  Decision<T> late(Waiting<T> waiting, long now) {
    boolean visiting = waiting.tenant().visiting();
    return refuse(
        waiting, visiting ? Refusal.Reason.NO_CREDIT : Refusal.Reason.DEADLINE_PASSED, now);
  }
}
