package org.archipel.directory.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.archipel.directory.Caller;

/** A gate in time that passes when a test says so, with callers of one organization. */
final class QuotaHarness {
  static final String ORGANIZATION = "univ-rennes";
  static final QuotaScope WHOLE = QuotaScope.organization(ORGANIZATION);

  final Hands hands = new Hands();
  final QuotaGate gate = new QuotaGate(hands, hands.nanos::get);

  /** A clock of the wall, and a monotonic one that is never set back. */
  static final class Hands extends Clock {
    final AtomicReference<Instant> now =
        new AtomicReference<>(Instant.parse("2026-03-10T12:00:00Z"));
    final AtomicLong nanos = new AtomicLong();

    void pass(Duration time) {
      now.updateAndGet(before -> before.plus(time));
      nanos.addAndGet(time.toNanos());
    }

    /** Only what people see is changed. */
    void set(String instant) {
      now.set(Instant.parse(instant));
    }

    @Override
    public Instant instant() {
      return now.get();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("zone");
    }
  }

  static Caller caller(String project, String key) {
    return new Caller(key, ORGANIZATION, project);
  }

  static QuotaScope project(String name) {
    return QuotaScope.project(ORGANIZATION, name);
  }

  static QuotaScope key(String project, String id) {
    return QuotaScope.key(ORGANIZATION, project, id);
  }

  Admission ask(Caller caller, long tokens) {
    return ask(caller, tokens, 0);
  }

  Admission ask(Caller caller, long tokens, long microCurrency) {
    return gate.reserve(
        caller, "mistral-small", new Demanded(tokens, 0, microCurrency), hands.millis());
  }

  Reservation admitted(Caller caller, long tokens) {
    Admission admission = ask(caller, tokens);
    assertThat(admission).isInstanceOf(Reservation.class);
    return (Reservation) admission;
  }

  Exhausted refused(Caller caller, long tokens) {
    Admission admission = ask(caller, tokens);
    assertThat(admission).isInstanceOf(Exhausted.class);
    return (Exhausted) admission;
  }

  void use(Caller caller, long tokens) {
    gate.settle(admitted(caller, tokens), new Used(tokens, 0, 0));
  }

  QuotaStanding.BudgetStanding budget(QuotaScope scope, QuotaKind kind) {
    return gate.standing(scope).budget(kind).orElseThrow();
  }
}
