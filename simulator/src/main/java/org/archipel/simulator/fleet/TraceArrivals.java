package org.archipel.simulator.fleet;

import java.util.List;
import java.util.SplittableRandom;
import org.archipel.scheduling.Prefix;
import org.archipel.simulator.fleet.scenario.OrganizationSpec;
import org.archipel.simulator.fleet.scenario.Scenario;

/**
 * Arrivals and lengths of a trace, played at a speed and from its beginning again when it ends. All
 * requests of a conversation belong to one organization, drawn by the organizations' shares.
 */
final class TraceArrivals implements Arrivals {
  private static final int SUBBLOCKS = Conversations.BLOCK_TOKENS / Prefix.BLOCK_TOKENS;

  private final Scenario scenario;
  private final List<TraceEntry> entries;
  private final double speed;
  private final Asking[] askings;
  private final SplittableRandom random;
  private final long salt;
  private final double shares;
  private int position;
  private int round;
  private long next;

  TraceArrivals(Scenario scenario, List<TraceEntry> entries, double speed, Seeds seeds) {
    this.scenario = scenario;
    this.entries = entries;
    this.speed = speed;
    this.random = seeds.stream("trace", "organizations");
    this.salt = seeds.number("trace", "conversations");
    askings = new Asking[scenario.organizations().size()];
    double sum = 0;
    for (int i = 0; i < askings.length; i++) {
      OrganizationSpec organization = scenario.organizations().get(i);
      askings[i] = new Asking(i, organization, seeds);
      sum += organization.demand().share();
    }
    shares = sum;
    next = sum > 0 ? timeOfNext() : Timetable.NEVER;
  }

  @Override
  public long nextNanos() {
    return next;
  }

  @Override
  public Ticket take() {
    TraceEntry entry = entries.get(position);
    Ticket.Ask told = entry.ask();
    // Another round is another conversation: nothing of the first is asked again.
    long conversation =
        told.conversation() == 0 ? 0 : Seeds.mix(told.conversation() + salt + round) | 1;
    Ticket.Ask ask = new Ticket.Ask(told.prompt(), told.output(), conversation, told.reusable());
    double point =
        conversation == 0 ? random.nextDouble() : (Seeds.mix(conversation) >>> 11) * 0x1.0p-53;
    Ticket ticket = askings[organization(point)].ticket(next, ask, chain(entry));
    if (++position == entries.size()) {
      position = 0;
      round++;
    }
    next = timeOfNext();
    return ticket;
  }

  private long timeOfNext() {
    long length = entries.getLast().nanos() + 1_000_000_000L;
    double at = ((double) round * length + entries.get(position).nanos()) / speed;
    return at < scenario.period().durationNanos() ? (long) at : Timetable.NEVER;
  }

  private int organization(double share) {
    double point = share * shares;
    int last = 0;
    for (int i = 0; i < askings.length; i++) {
      double own = scenario.organizations().get(i).demand().share();
      if (own > 0) {
        last = i;
        if (point < own) {
          break;
        }
        point -= own;
      }
    }
    return last;
  }

  private Prefix chain(TraceEntry entry) {
    if (entry.hashes().length == 0) {
      return Prefix.NONE;
    }
    int whole = entry.ask().prompt() / Prefix.BLOCK_TOKENS;
    int blocks = Math.min(Math.min(Prefix.MAX_BLOCKS, whole), entry.hashes().length * SUBBLOCKS);
    long[] chain = new long[blocks];
    for (int i = 0; i < blocks; i++) {
      long hash = entry.hashes()[i / SUBBLOCKS];
      chain[i] = Seeds.mix(Seeds.mix(hash + salt + round) + i);
    }
    return new Prefix(chain, 0);
  }
}
