package org.archipel.federation.adverts;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.archipel.ledger.Tariff;

/**
 * Makes the adverts of each second once for all partners with the same rule, however many read
 * them. Thread-safe.
 */
final class AdvertTicks {
  private final Supplier<SiteOffer> source;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ticked = lock.newCondition();
  private final Map<ShareRule, Shown> shown = new HashMap<>();
  private SiteOffer offer = new SiteOffer(Map.of(), List.of(), OptionalInt.empty());
  private long number;
  private boolean ended;

  /** What those with one rule are shown: the models now, and the line that leads there. */
  private record Shown(long number, Map<String, SiteOffer.Model> models, byte[] change) {}

  /**
   * A moment of what is offered.
   *
   * @param number of the tick
   * @param offer the whole of it
   */
  record Tick(long number, SiteOffer offer) {}

  AdvertTicks(Supplier<SiteOffer> source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  /** A second has passed: what is offered now. */
  void tick() {
    SiteOffer now = source.get();
    lock.lock();
    try {
      offer = now;
      number++;
      ticked.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody waits any longer. */
  void end() {
    lock.lock();
    try {
      ended = true;
      ticked.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The tick after a given one; empty when there are no more. */
  Optional<Tick> after(long seen) throws InterruptedException {
    lock.lock();
    try {
      while (number <= seen && !ended) {
        ticked.await();
      }
      return ended ? Optional.empty() : Optional.of(new Tick(number, offer));
    } finally {
      lock.unlock();
    }
  }

  /** The whole picture by a rule, for one who begins or missed something. */
  byte[] whole(Tick tick, ShareRule rule, List<Tariff> tariffs) {
    return AdvertWriter.write(
        new Advert(
            tick.number,
            clock.millis(),
            true,
            Showing.models(tick.offer, rule),
            Set.of(),
            Optional.of(tariffs),
            tick.offer.carbonGramsPerKwh()));
  }

  /**
   * The line from the tick before to this one by a rule, the same bytes for all; empty for a tick
   * that is not the latest.
   */
  Optional<byte[]> change(Tick tick, ShareRule rule) {
    lock.lock();
    try {
      if (tick.number != number) {
        return Optional.empty();
      }
      Optional<Shown> before = Optional.ofNullable(shown.get(rule));
      if (before.isPresent() && before.get().number == number) {
        return Optional.of(before.get().change).filter(line -> line.length > 0);
      }
      Map<String, SiteOffer.Model> models = Showing.models(offer, rule);
      boolean next = before.isPresent() && before.get().number == number - 1;
      byte[] change = next ? changed(before.get().models, models) : new byte[0];
      shown.put(rule, new Shown(number, models, change));
      return next ? Optional.of(change) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private byte[] changed(Map<String, SiteOffer.Model> before, Map<String, SiteOffer.Model> now) {
    Map<String, SiteOffer.Model> changed = new HashMap<>(now);
    changed.entrySet().removeIf(entry -> entry.getValue().equals(before.get(entry.getKey())));
    return AdvertWriter.write(
        new Advert(
            number,
            clock.millis(),
            false,
            changed,
            Showing.gone(before, now),
            Optional.empty(),
            OptionalInt.empty()));
  }

  /** The time by which tariffs are valid. */
  Instant now() {
    return clock.instant();
  }
}
