package org.archipel.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The tariffs in memory, for the hot path: no lookup allocates, locks or waits. Thread-safe; what
 * is asked while tariffs are replaced is answered from the list before or the one after.
 */
public final class PriceList {
  private final Function<String, Optional<String>> kinds;
  private volatile PriceIndex index = PriceIndex.of(List.of());

  /**
   * An empty list.
   *
   * @param kinds the kind of an organization, from memory; empty for an unknown one
   */
  public PriceList(Function<String, Optional<String>> kinds) {
    this.kinds = kinds;
  }

  /** A list that stays empty: everything is unpriced. */
  public static PriceList empty() {
    return new PriceList(organization -> Optional.empty());
  }

  /** A list of these tariffs, for organizations of unknown kind. */
  public static PriceList of(Collection<Tariff> tariffs) {
    PriceList list = empty();
    list.replace(tariffs);
    return list;
  }

  /** From now on these tariffs count, and no others. */
  void replace(Collection<Tariff> tariffs) {
    index = PriceIndex.of(tariffs);
  }

  /**
   * The tariff for a request, by the rule of {@link TariffSelector}.
   *
   * @param arrived when the request arrived
   * @param owner who owns the engine that it ran on; empty when it ran nowhere
   */
  public Optional<Tariff> tariff(
      Instant arrived, String model, String owner, String serviceClass, String organization) {
    PriceIndex current = index;
    if (current.isEmpty()) {
      return Optional.empty();
    }
    String kind = current.knowsKinds() ? kinds.apply(organization).orElse("") : "";
    return current.find(
        RecordEncoder.micros(arrived),
        new PriceIndex.Consumer(organization, kind),
        owner,
        model,
        serviceClass);
  }

  /**
   * The most that a request with so many tokens may cost in micro-currency, on whichever owner's
   * engine it runs. Time on engines and audio are not known before: they are left out.
   *
   * @param at about now
   */
  public long estimate(
      Instant at,
      String model,
      String serviceClass,
      String organization,
      long promptTokens,
      long completionTokens) {
    PriceIndex current = index;
    if (current.isEmpty()) {
      return 0;
    }
    UsageRecord.Tokens fresh = new UsageRecord.Tokens(promptTokens, 0, completionTokens, true);
    UsageRecord.Tokens cached =
        new UsageRecord.Tokens(promptTokens, promptTokens, completionTokens, true);
    long most = 0;
    for (String owner : current.owners()) {
      Optional<Tariff> tariff = tariff(at, model, owner, serviceClass, organization);
      if (tariff.isPresent()) {
        Rates rates = tariff.get().rates();
        most = Math.max(most, Math.max(rates.cost(fresh, 0, 0), rates.cost(cached, 0, 0)));
      }
    }
    return most;
  }
}
