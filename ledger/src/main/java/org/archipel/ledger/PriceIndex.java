package org.archipel.ledger;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tariffs by what they name: consumer, then owner, model, class, time, in the order in which the
 * rule of {@link TariffSelector} prefers them. A search looks at each level for the name and then
 * for any. Immutable.
 */
final class PriceIndex {
  private static final String ANY = "";

  /** Who consumes: the organization and its kind, which is empty when unknown. */
  record Consumer(String organization, String kind) {}

  private record Entry(long from, long until, Optional<Tariff> tariff) {}

  /** One level: the next one for each name. Leaves have entries. */
  private static final class Node {
    private final Map<String, Node> named = new HashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    private Node child(String name) {
      return named.computeIfAbsent(name, key -> new Node());
    }
  }

  private final Node organizations = new Node();
  private final Node kinds = new Node();
  private final Node anybody = new Node();
  private final List<String> owners;

  private PriceIndex(Collection<Tariff> tariffs) {
    TreeSet<String> named = new TreeSet<>();
    named.add(ANY);
    for (Tariff tariff : tariffs) {
      TariffSelector applies = tariff.applies();
      applies.owner().ifPresent(named::add);
      leaf(applies)
          .entries
          .add(
              new Entry(
                  RecordEncoder.micros(tariff.validFrom()),
                  tariff.validUntil().map(RecordEncoder::micros).orElse(Long.MAX_VALUE),
                  Optional.of(tariff)));
    }
    owners = List.copyOf(named);
  }

  static PriceIndex of(Collection<Tariff> tariffs) {
    return new PriceIndex(tariffs);
  }

  private Node leaf(TariffSelector applies) {
    Node consumer = anybody;
    if (applies.organization().isPresent()) {
      consumer = organizations.child(applies.organization().get());
    } else if (applies.organizationKind().isPresent()) {
      consumer = kinds.child(applies.organizationKind().get());
    }
    return consumer
        .child(applies.owner().orElse(ANY))
        .child(applies.model().orElse(ANY))
        .child(applies.serviceClass().orElse(ANY));
  }

  boolean isEmpty() {
    return anybody.named.isEmpty() && organizations.named.isEmpty() && kinds.named.isEmpty();
  }

  /** Whether some tariff names a kind of organization. */
  boolean knowsKinds() {
    return !kinds.named.isEmpty();
  }

  /** The owners that tariffs name, and the empty name for all others. */
  List<String> owners() {
    return owners;
  }

  /** The tariff that is valid at {@code at}, in microseconds since 1970. */
  Optional<Tariff> find(
      long at, Consumer consumer, String owner, String model, String serviceClass) {
    Node named = organizations.named.get(consumer.organization);
    Optional<Tariff> found = below(named, at, owner, model, serviceClass);
    if (found.isEmpty()) {
      found = below(kinds.named.get(consumer.kind), at, owner, model, serviceClass);
    }
    return found.isEmpty() ? below(anybody, at, owner, model, serviceClass) : found;
  }

  private static Optional<Tariff> below(
      @Nullable Node consumer, long at, String owner, String model, String serviceClass) {
    if (consumer == null) {
      return Optional.empty();
    }
    Optional<Tariff> found = ofOwner(consumer.named.get(owner), at, model, serviceClass);
    return found.isPresent() || owner.isEmpty()
        ? found
        : ofOwner(consumer.named.get(ANY), at, model, serviceClass);
  }

  private static Optional<Tariff> ofOwner(
      @Nullable Node owner, long at, String model, String serviceClass) {
    if (owner == null) {
      return Optional.empty();
    }
    Optional<Tariff> found = ofModel(owner.named.get(model), at, serviceClass);
    return found.isEmpty() ? ofModel(owner.named.get(ANY), at, serviceClass) : found;
  }

  private static Optional<Tariff> ofModel(@Nullable Node model, long at, String serviceClass) {
    if (model == null) {
      return Optional.empty();
    }
    Optional<Tariff> found = valid(model.named.get(serviceClass), at);
    return found.isPresent() || serviceClass.isEmpty() ? found : valid(model.named.get(ANY), at);
  }

  private static Optional<Tariff> valid(@Nullable Node leaf, long at) {
    if (leaf == null) {
      return Optional.empty();
    }
    // By index: an iterator would be garbage for each request.
    for (int i = 0; i < leaf.entries.size(); i++) {
      Entry entry = leaf.entries.get(i);
      if (entry.from <= at && at < entry.until) {
        return entry.tariff;
      }
    }
    return Optional.empty();
  }
}
