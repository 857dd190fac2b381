package org.archipel.scheduling;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A demand in line. Not thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class Waiting<T> {
  /** Earliest deadline first; with the deadlines of one class that is first come, first served. */
  static final Comparator<Waiting<?>> BY_DUE =
      Comparator.<Waiting<?>>comparingLong(w -> w.due)
          .thenComparingLong(w -> w.submitted)
          .thenComparingLong(w -> w.sequence);

  private final Demand demand;
  private final T ticket;
  private final Tenant tenant;
  private final Project<T> project;
  private final RoutingMode routing;
  private final boolean choosy;
  private final int prompt;
  private final long reserved;
  private final long sequence;
  private final long submitted;
  private final long due;
  private final long enqueued;
  private final int expectedCompletion;
  private final double cost;
  private ServiceClass serviceClass;
  private int skips;
  private long firstSkipped = -1;
  private @Nullable Engine reservation;
  private @Nullable Engine home;
  private int homeTokens;
  private boolean lookedInFront;
  private long homePatience;
  private long homeSince = -1;
  private double forecast = -1;
  private int dropPlace = -1;
  private int ageingPlace = -1;

  Waiting(Demand demand, T ticket, Project<T> project, long sequence, Sizing sizing, long now) {
    this.demand = demand;
    this.ticket = ticket;
    this.tenant = project.tenant();
    this.project = project;
    // Looked at many times for each that is started: kept here and not behind three references.
    this.routing = demand.routing();
    this.choosy = demand.choosy();
    this.prompt = demand.tokens().prompt();
    this.reserved = (long) prompt + sizing.reservedCompletion();
    this.sequence = sequence;
    this.submitted = demand.patience().submittedNanos();
    this.due = sizing.due();
    this.enqueued = now;
    this.expectedCompletion = sizing.expectedCompletion();
    this.cost = sizing.cost();
    this.serviceClass = demand.flow().serviceClass();
  }

  /**
   * What is made of a demand's estimate.
   *
   * @param due the moment after which a first token is useless
   * @param expectedCompletion tokens that it will probably generate
   * @param reservedCompletion tokens to keep room for
   * @param cost with nothing cached, in normalized prompt tokens
   */
  record Sizing(long due, int expectedCompletion, int reservedCompletion, double cost) {}

  Demand demand() {
    return demand;
  }

  long sequence() {
    return sequence;
  }

  T ticket() {
    return ticket;
  }

  Tenant tenant() {
    return tenant;
  }

  Project<T> project() {
    return project;
  }

  int prompt() {
    return prompt;
  }

  RoutingMode routing() {
    return routing;
  }

  /** Whether there may be engines on which it must not run. */
  boolean choosy() {
    return choosy;
  }

  int expectedCompletion() {
    return expectedCompletion;
  }

  /** Tokens of an engine's cache to keep for it. */
  long reserved() {
    return reserved;
  }

  double cost() {
    return cost;
  }

  long submitted() {
    return submitted;
  }

  long due() {
    return due;
  }

  long enqueued() {
    return enqueued;
  }

  /** The class that was asked for. */
  ServiceClass asked() {
    return demand.flow().serviceClass();
  }

  /** The class by which it is treated now. */
  ServiceClass serviceClass() {
    return serviceClass;
  }

  void promote(ServiceClass higher) {
    serviceClass = higher;
  }

  /** Where it stands in an agenda; -1 when it does not. */
  int place(Agenda.Kind kind) {
    return kind == Agenda.Kind.DROP ? dropPlace : ageingPlace;
  }

  void place(Agenda.Kind kind, int changed) {
    if (kind == Agenda.Kind.DROP) {
      dropPlace = changed;
    } else {
      ageingPlace = changed;
    }
  }

  /** It was let in although it would probably wait so many seconds. */
  void forecast(double seconds) {
    forecast = seconds;
  }

  /** The wait that was forecast, in seconds; negative when none was. */
  double forecast() {
    return forecast;
  }

  /** Another demand went by because no engine had room for this one. */
  void skipped(long now) {
    skips++;
    if (firstSkipped < 0) {
      firstSkipped = now;
    }
  }

  int skips() {
    return skips;
  }

  /** The engine for which it waits because its beginning is in the cache there. */
  @Nullable Engine home() {
    return home;
  }

  /**
   * Waits for an engine's cache.
   *
   * @param tokens what the cache probably has of its prompt
   * @param patience nanoseconds that others may go by meanwhile
   */
  void home(Engine warm, int tokens, long patience) {
    home = warm;
    homeTokens = tokens;
    homePatience = patience;
  }

  /** True the first time it is asked. */
  boolean firstLookInFront() {
    boolean first = !lookedInFront;
    lookedInFront = true;
    return first;
  }

  /** Its beginning is found in another cache while it waits. */
  void moveHome(Engine warm, int tokens) {
    Engine before = home;
    if (before != null) {
      before.homecoming(-1);
    }
    warm.homecoming(1);
    home = warm;
    homeTokens = tokens;
  }

  int homeTokens() {
    return homeTokens;
  }

  /** Another engine could take it now: whether it still waits for its home. */
  boolean staysForHome(long now) {
    return passedFor(now) < homePatience;
  }

  /** How long engines with room have been passed by in the hope of a better one. */
  long passedFor(long now) {
    if (homeSince < 0) {
      homeSince = now;
    }
    return now - homeSince;
  }

  /** The engine that takes nothing else until this one fits. */
  @Nullable Engine reservation() {
    return reservation;
  }

  void reservation(@Nullable Engine engine) {
    reservation = engine;
  }

  /** How long others have gone by. */
  long skippedFor(long now) {
    return firstSkipped < 0 ? 0 : now - firstSkipped;
  }
}
