package org.archipel.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All who wait in a pool: organizations, their projects and their lines. Not thread-safe.
 *
 * @param <T> the caller's ticket
 */
final class WaitingRoom<T> {
  private static final int CLASSES = ServiceClass.values().length;

  /** Organizations of other sites, and projects of one of them, that are kept: they cost memory. */
  private static final int MOST_VISITING = 4_096;

  private static final int MOST_PROJECTS = 256;

  private final VirtualTimes times;
  private final EngineTable engines;
  private final Calendar<T> calendar;
  private final Map<String, Tenant> tenants = new LinkedHashMap<>();

  /** Those of other sites; the same organization may be in both, and owns nothing here then. */
  private final Map<String, Tenant> visiting = new LinkedHashMap<>();

  private final IdentityHashMap<T, Waiting<T>> tickets = new IdentityHashMap<>();
  private final List<Tenant> active = new ArrayList<>();
  private final int[] externalWaiting = new int[CLASSES];

  WaitingRoom(VirtualTimes times, EngineTable engines, Calendar<T> calendar) {
    this.times = times;
    this.engines = engines;
    this.calendar = calendar;
  }

  int size() {
    return tickets.size();
  }

  boolean isEmpty() {
    return tickets.isEmpty();
  }

  /** All who wait, by their time of coming. */
  List<Waiting<T>> all() {
    List<Waiting<T>> all = new ArrayList<>(tickets.values());
    all.sort(Comparator.comparingLong(Waiting::sequence));
    return all;
  }

  /** Organizations with demands that may run on others' engines. */
  List<Tenant> active() {
    return active;
  }

  /** By class, how many may run on others' engines. */
  int[] externalWaiting() {
    return externalWaiting;
  }

  /** Organizations that have demands of this site. */
  Map<String, Tenant> tenants() {
    return tenants;
  }

  /** The same, and those of visitors. */
  List<Tenant> everybody() {
    List<Tenant> all = new ArrayList<>(tenants.values());
    all.addAll(visiting.values());
    return all;
  }

  @Nullable Waiting<T> find(T ticket) {
    return tickets.get(ticket);
  }

  Tenant tenant(String name) {
    Tenant known = tenants.get(name);
    if (known == null) {
      known = new Tenant(name, false);
      tenants.put(name, known);
      EngineGroup owned = engines.ownedBy(name);
      if (owned != null) {
        known.engines(owned);
        owned.tenant(known);
      }
    }
    return known;
  }

  /** The engines of an organization, known to it. */
  EngineGroup group(String owner) {
    EngineGroup group = engines.group(owner);
    Tenant tenant = tenants.get(owner);
    if (tenant != null && tenant.engines() == null) {
      tenant.engines(group);
      group.tenant(tenant);
    }
    return group;
  }

  private Tenant visitor(String name) {
    Tenant known = visiting.get(name);
    if (known == null) {
      if (visiting.size() >= MOST_VISITING) {
        visiting.values().removeIf(Tenant::idle);
      }
      known = new Tenant(name, true);
      visiting.put(name, known);
    }
    return known;
  }

  @SuppressWarnings("unchecked") // only this room makes projects
  Project<T> project(Flow flow, boolean visitor) {
    Tenant tenant = visitor ? visitor(flow.organization()) : tenant(flow.organization());
    if (visitor && tenant.projects().size() >= MOST_PROJECTS) {
      tenant.projects().values().removeIf(Project::idle);
    }
    Project<T> known = (Project<T>) tenant.projects().get(flow.project());
    if (known == null) {
      known = new Project<>(flow.project(), tenant);
      tenant.projects().put(flow.project(), known);
    }
    return known;
  }

  /** One who never waited begins where those begin who are new. */
  void lift(Waiting<?> waiting) {
    int serviceClass = waiting.serviceClass().rank();
    if (externalWaiting[serviceClass] == 0) {
      times.classActive(serviceClass);
    }
    times.tenantActive(waiting.tenant());
    VirtualTimes.localClassActive(waiting.tenant(), serviceClass);
    VirtualTimes.projectActive(waiting.project());
  }

  void add(Waiting<T> waiting) {
    tickets.put(waiting.ticket(), waiting);
    Engine home = waiting.home();
    if (home != null) {
      home.homecoming(1);
    }
    calendar.add(waiting);
    enter(waiting);
  }

  void remove(Waiting<T> waiting) {
    tickets.remove(waiting.ticket());
    calendar.remove(waiting);
    leave(waiting);
    Engine home = waiting.home();
    if (home != null) {
      home.homecoming(-1);
    }
    Engine reserved = waiting.reservation();
    if (reserved != null) {
      reserved.reserve(null);
      waiting.reservation(null);
    }
  }

  /** Moves one to the line of a higher class. */
  void promote(Waiting<T> waiting, ServiceClass higher) {
    leave(waiting);
    calendar.promote(waiting, higher);
    enter(waiting);
  }

  private void enter(Waiting<T> waiting) {
    Tenant tenant = waiting.tenant();
    Project<T> project = waiting.project();
    int serviceClass = waiting.serviceClass().rank();
    RoutingMode mode = waiting.demand().routing();
    if (mode != RoutingMode.LOCAL_ONLY) {
      if (externalWaiting[serviceClass]++ == 0) {
        times.classActive(serviceClass);
      }
      if (tenant.externalWaiting() == 0) {
        times.tenantActive(tenant);
        active.add(tenant);
      }
      tenant.waitsExternally(1);
    }
    if (tenant.waiting(serviceClass) == 0) {
      VirtualTimes.localClassActive(tenant, serviceClass);
    }
    tenant.waits(serviceClass, 1, waiting.cost());
    if (project.waiting() == 0) {
      VirtualTimes.projectActive(project);
      tenant.active().add(project);
    }
    project.waits(serviceClass, 1);
    project.lineFor(serviceClass, mode).add(waiting);
  }

  private void leave(Waiting<T> waiting) {
    Tenant tenant = waiting.tenant();
    Project<T> project = waiting.project();
    int serviceClass = waiting.serviceClass().rank();
    RoutingMode mode = waiting.demand().routing();
    if (mode != RoutingMode.LOCAL_ONLY) {
      externalWaiting[serviceClass]--;
      tenant.waitsExternally(-1);
      if (tenant.externalWaiting() == 0) {
        active.remove(tenant);
      }
    }
    tenant.waits(serviceClass, -1, -waiting.cost());
    project.waits(serviceClass, -1);
    if (project.waiting() == 0) {
      tenant.active().remove(project);
    }
    project.lineFor(serviceClass, mode).remove(waiting);
  }
}
