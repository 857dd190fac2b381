package org.archipel.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.archipel.ledger.LedgerException.Kind;
import org.archipel.storage.Actor;
import org.archipel.storage.AuditEntry;
import org.archipel.storage.AuditLog;
import org.archipel.storage.Database;
import org.archipel.storage.Page;
import org.archipel.storage.PageCursor;
import org.archipel.storage.PageRequest;
import org.jdbi.v3.core.Handle;

/**
 * The tariffs of a site. What is changed here counts for requests that are settled afterwards, at
 * once; records that are there keep their price until they are repriced. Thread-safe; all methods
 * block.
 */
public final class Tariffs {
  private static final int LONGEST_NAME = 200;
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private final Database database;
  private final AuditLog audit;
  private final RecordIds ids;
  private final PriceList prices;
  private final String currency;
  // So that the list in memory is never older than the one that was committed last.
  private final ReentrantLock changing = new ReentrantLock();

  Tariffs(Database database, AuditLog audit, RecordIds ids, PriceList prices, String currency) {
    this.database = database;
    this.audit = audit;
    this.ids = ids;
    this.prices = prices;
    this.currency = currency;
    prices.replace(database.read(TariffStore::all));
  }

  /** The currency of new tariffs. */
  public String currency() {
    return currency;
  }

  /**
   * Adds a tariff. It may begin in the past: records from then on are priced with it when they are
   * repriced.
   *
   * @throws LedgerException of kind {@code EXISTS} when another tariff for the same is valid at
   *     some of that time, {@code INVALID} when a part has not its form
   */
  public Tariff add(
      Actor actor, TariffSelector applies, Rates rates, Instant from, Optional<Instant> until) {
    check(applies);
    Tariff added =
        new Tariff(
            ids.next().toString(),
            1,
            applies,
            rates,
            currency,
            checked("valid_from", from),
            until.map(end -> checked("valid_until", end)));
    checkOrder(added);
    return change(
        handle -> {
          checkAlone(handle, added);
          TariffStore.insert(handle, added);
          audit.append(handle, entry(actor, "tariff.add", added));
          return added;
        });
  }

  /**
   * Gives a tariff another end. Ending it when it began withdraws it: it was never valid then.
   *
   * @param expected the version that is to be changed, if that matters
   * @throws LedgerException when there is no such tariff, it has another version, it would end
   *     before it began, or last into the time of another one for the same
   */
  public Tariff end(Actor actor, String id, Instant at, OptionalLong expected) {
    Instant end = checked("valid_until", at);
    return change(
        handle -> {
          Tariff old = TariffStore.find(handle, id).orElseThrow(Tariffs::unknown);
          if (expected.isPresent() && expected.getAsLong() != old.version()) {
            throw new LedgerException(
                Kind.CONFLICT_VERSION,
                "version: " + old.version() + " (expected: " + expected.getAsLong() + ")");
          }
          Tariff ended =
              new Tariff(
                  old.id(),
                  old.version() + 1,
                  old.applies(),
                  old.rates(),
                  old.currency(),
                  old.validFrom(),
                  Optional.of(end));
          checkOrder(ended);
          checkAlone(handle, ended);
          TariffStore.end(handle, ended);
          audit.append(handle, entry(actor, "tariff.end", ended));
          return ended;
        });
  }

  /** One tariff. */
  public Optional<Tariff> find(String id) {
    return database.read(handle -> TariffStore.find(handle, id));
  }

  /** All tariffs, also past and withdrawn ones; those that begin last come first. */
  public Page<Tariff> list(PageRequest page) {
    Optional<PageCursor> after = page.cursor(2);
    List<Tariff> rows = database.read(handle -> TariffStore.list(handle, after, page.rows()));
    return Page.of(
        rows, page, last -> PageCursor.of(RecordEncoder.micros(last.validFrom()), last.id()));
  }

  private interface Change {
    Tariff in(Handle handle);
  }

  private Tariff change(Change change) {
    changing.lock();
    try {
      record Changed(Tariff tariff, List<Tariff> all) {}

      Changed changed =
          database.<Changed, RuntimeException>write(
              handle -> {
                Tariff tariff = change.in(handle);
                return new Changed(tariff, TariffStore.all(handle));
              });
      prices.replace(changed.all);
      return changed.tariff;
    } finally {
      changing.unlock();
    }
  }

  private static void checkAlone(Handle handle, Tariff wanted) {
    for (Tariff other : TariffStore.all(handle)) {
      if (!other.id().equals(wanted.id())
          && other.applies().equals(wanted.applies())
          && overlap(other, wanted)) {
        throw new LedgerException(
            Kind.EXISTS,
            "tariff "
                + other.id()
                + " is for the same and valid from "
                + other.validFrom()
                + other.validUntil().map(end -> " until " + end).orElse(" on")
                + " (expected: end it first)");
      }
    }
  }

  private static boolean overlap(Tariff a, Tariff b) {
    return ever(a) && ever(b) && beginsBeforeEnd(a, b) && beginsBeforeEnd(b, a);
  }

  private static boolean ever(Tariff tariff) {
    return beginsBeforeEnd(tariff, tariff);
  }

  private static boolean beginsBeforeEnd(Tariff beginning, Tariff ending) {
    return ending.validUntil().map(beginning.validFrom()::isBefore).orElse(true);
  }

  private static void checkOrder(Tariff tariff) {
    if (tariff.validUntil().filter(tariff.validFrom()::isAfter).isPresent()) {
      throw new LedgerException(
          Kind.INVALID, "valid_until: before valid_from, " + tariff.validFrom());
    }
  }

  private static Instant checked(String field, Instant time) {
    if (time.isBefore(EARLIEST) || time.isAfter(LATEST)) {
      throw new LedgerException(Kind.INVALID, field + ": (expected: a year from 1970 to 9999)");
    }
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  private static void check(TariffSelector applies) {
    check("model", applies.model());
    check("owner", applies.owner());
    check("organization", applies.organization());
    check("organization_kind", applies.organizationKind());
    applies
        .serviceClass()
        .ifPresent(
            word -> {
              if (!List.of("interactive", "standard", "batch").contains(word)) {
                throw new LedgerException(
                    Kind.INVALID, "class: (expected: interactive, standard or batch)");
              }
            });
  }

  private static void check(String field, Optional<String> name) {
    if (name.filter(
            text ->
                text.isBlank()
                    || text.length() > LONGEST_NAME
                    || text.chars().anyMatch(Character::isISOControl))
        .isPresent()) {
      throw new LedgerException(
          Kind.INVALID, field + ": (expected: 1 to " + LONGEST_NAME + " printable characters)");
    }
  }

  private static LedgerException unknown() {
    return new LedgerException(Kind.NOT_FOUND, "there is no such tariff (expected: an id of one)");
  }

  private static AuditEntry entry(Actor actor, String action, Tariff tariff) {
    TariffSelector applies = tariff.applies();
    Rates rates = tariff.rates();
    Map<String, String> details = new LinkedHashMap<>();
    applies.model().ifPresent(name -> details.put("model", name));
    applies.owner().ifPresent(name -> details.put("owner", name));
    applies.serviceClass().ifPresent(name -> details.put("class", name));
    applies.organizationKind().ifPresent(name -> details.put("organization_kind", name));
    details.put("prompt", Long.toString(rates.promptPerMillion()));
    details.put("cached", Long.toString(rates.cachedPerMillion()));
    details.put("completion", Long.toString(rates.completionPerMillion()));
    details.put("engine_second", Long.toString(rates.perEngineSecond()));
    details.put("audio_second", Long.toString(rates.perAudioSecond()));
    details.put("request", Long.toString(rates.perRequest()));
    details.put("currency", tariff.currency());
    details.put("valid_from", tariff.validFrom().toString());
    tariff.validUntil().ifPresent(end -> details.put("valid_until", end.toString()));
    return new AuditEntry(actor, action, tariff.id(), applies.organization(), details);
  }
}
