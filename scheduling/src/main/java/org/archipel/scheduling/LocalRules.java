package org.archipel.scheduling;

/**
 * Whose demands may run on whose engines: the « circuit court ». Not thread-safe; sees the waiting
 * demands of owners through their tenants.
 */
final class LocalRules {
  private final SchedulingOptions options;
  private final ClassRules[] rules;

  LocalRules(SchedulingOptions options) {
    this.options = options;
    ServiceClass[] classes = ServiceClass.values();
    this.rules = new ClassRules[classes.length];
    for (ServiceClass serviceClass : classes) {
      rules[serviceClass.rank()] = options.rules(serviceClass);
    }
  }

  ClassRules rules(int serviceClass) {
    return rules[serviceClass];
  }

  boolean local(EngineGroup group, Tenant tenant) {
    return tenant.engines() == group;
  }

  /**
   * Whether demands of others of that class may be started on the group's engines. While the owner
   * had nothing to do for minutes there is nobody to keep room for, and who comes back goes first.
   */
  boolean ceilingAllows(EngineGroup group, int serviceClass) {
    return !options.has(Feature.LOCALITY)
        || !group.ownerActive()
        || group.saturation() < rules[serviceClass].externalCeiling();
  }

  /** The classes of which others' demands may be started on the group's engines, a bit for each. */
  int ceilings(EngineGroup group) {
    int allowed = 0;
    for (int i = 0; i < rules.length; i++) {
      allowed |= ceilingAllows(group, i) ? 1 << i : 0;
    }
    return allowed;
  }

  boolean allows(Engine engine, Waiting<?> waiting, long now) {
    return engine.up() && allows(engine.group(), waiting, now);
  }

  /** Whether it may be started on the group's engines, as far as owners are concerned. */
  boolean allows(EngineGroup group, Waiting<?> waiting, long now) {
    if (local(group, waiting.tenant())) {
      return true;
    }
    if (waiting.routing() == RoutingMode.LOCAL_ONLY) {
      return false;
    }
    if (!options.has(Feature.LOCALITY)) {
      return true;
    }
    Tenant owner = group.tenant();
    // An owner's waiting demand goes first, whatever its class.
    return (owner == null || owner.waiting() == 0)
        && mayLeave(waiting, now)
        && ceilingAllows(group, waiting.serviceClass().rank());
  }

  /** Whether it may run elsewhere than on its organization's own engines. */
  boolean mayLeave(Waiting<?> waiting, long now) {
    return switch (waiting.routing()) {
      case ANY -> true;
      case LOCAL_ONLY -> false;
      case LOCAL_FIRST -> {
        EngineGroup own = waiting.tenant().engines();
        yield own == null
            || !own.anyUp()
            || now - waiting.enqueued()
                >= rules[waiting.serviceClass().rank()].localPatienceNanos();
      }
    };
  }
}
