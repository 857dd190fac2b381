package org.archipel.simulator.fleet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.archipel.scheduling.ServiceClass;

/**
 * Compares the advice given with refusals to what the wait would have been: the time until
 * everything of the same organization and class that waited in the pool at that moment was started
 * or dropped, 0 when nothing did.
 */
final class WaitProbes {
  private static final double TOLERANCE = 0.3;
  private static final long SMALL_NANOS = 500_000_000L;
  private static final int CLASSES = ServiceClass.values().length;

  private final List<Line> lines = new ArrayList<>();
  private long known;
  private long right;
  private long close;

  /** Those of one organization and class that wait, in the order that they came. */
  private static final class Line {
    final ArrayDeque<Ticket> tickets = new ArrayDeque<>();
    final ArrayDeque<Probe> probes = new ArrayDeque<>();
    long last;
  }

  private record Probe(long place, long madeNanos, long adviceNanos) {}

  WaitProbes(int organizations) {
    for (int i = 0; i < organizations * CLASSES; i++) {
      lines.add(new Line());
    }
  }

  /** A ticket begins to wait in the pool. */
  void waits(Ticket ticket) {
    Line line = line(ticket);
    ticket.linePlace = ++line.last;
    line.tickets.add(ticket);
  }

  /** A ticket that waited was started or dropped; its state says so already. */
  void left(Ticket ticket, long now) {
    Line line = line(ticket);
    while (!line.tickets.isEmpty() && line.tickets.getFirst().state != Ticket.State.WAITING) {
      line.tickets.removeFirst();
    }
    long gone = line.tickets.isEmpty() ? line.last : line.tickets.getFirst().linePlace - 1;
    while (!line.probes.isEmpty() && line.probes.getFirst().place <= gone) {
      Probe probe = line.probes.removeFirst();
      judge(probe.adviceNanos, now - probe.madeNanos);
    }
  }

  /** A ticket was refused with the advice to come back after so long. */
  void advised(Ticket ticket, long adviceNanos, long now) {
    Line line = line(ticket);
    if (line.tickets.isEmpty()) {
      judge(adviceNanos, 0);
    } else {
      line.probes.add(new Probe(line.last, now, adviceNanos));
    }
  }

  private void judge(long adviceNanos, long truthNanos) {
    known++;
    long error = Math.abs(adviceNanos - truthNanos);
    boolean isRight = error <= TOLERANCE * truthNanos;
    right += isRight ? 1 : 0;
    close += isRight || error <= SMALL_NANOS ? 1 : 0;
  }

  private Line line(Ticket ticket) {
    return lines.get(ticket.organization * CLASSES + ticket.serviceClass);
  }

  long known() {
    return known;
  }

  double rightShare() {
    return known == 0 ? Double.NaN : right / (double) known;
  }

  double closeShare() {
    return known == 0 ? Double.NaN : close / (double) known;
  }
}
