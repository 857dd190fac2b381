package org.archipel.directory;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** How all organizations stand, in memory. Reading is lock-free. */
final class Standings {
  private final ConcurrentMap<String, Place> byOrganization = new ConcurrentHashMap<>();

  /** Keeps what is stored and what is in memory in one order. */
  private final ReentrantLock changes = new ReentrantLock();

  /** Where an organization's standing is found for ever. */
  static final class Place {
    private volatile Standing standing = Standing.UNKNOWN;

    Standing standing() {
      return standing;
    }
  }

  /** Runs a change of what is stored and then in memory, one after another. */
  <T> T inOrder(Supplier<T> change) {
    changes.lock();
    try {
      return change.get();
    } finally {
      changes.unlock();
    }
  }

  Place place(String organization) {
    return byOrganization.computeIfAbsent(organization, _ -> new Place());
  }

  Standing of(String organization) {
    Place place = byOrganization.get(organization);
    return place == null ? Standing.UNKNOWN : place.standing;
  }

  void put(String organization, Standing standing) {
    place(organization).standing = standing;
  }

  /** An organization's kind; empty when it is not known. */
  Optional<OrganizationKind> kind(String organization) {
    Place place = byOrganization.get(organization);
    return Optional.ofNullable(place)
        .map(Place::standing)
        .filter(standing -> !standing.equals(Standing.UNKNOWN))
        .map(Standing::kind);
  }

  /** The agreed share of each organization. */
  Map<String, Integer> shares() {
    Map<String, Integer> shares = new TreeMap<>();
    byOrganization.forEach((name, place) -> shares.put(name, place.standing.share()));
    return shares;
  }
}
