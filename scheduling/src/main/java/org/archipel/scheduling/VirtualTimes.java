package org.archipel.scheduling;

import java.util.List;

/**
 * Who had how much, by class, organization and project: the accounts by which demands of others
 * share the engines of an owner, and the owner's own share among each other. Not thread-safe.
 */
final class VirtualTimes {
  private static final ServiceClass[] CLASSES = ServiceClass.values();

  private final double[] classWeights = new double[CLASSES.length];
  private final double[] classTimes = new double[CLASSES.length];
  private final Sharing classes = new Sharing();
  private final Sharing tenants = new Sharing();

  VirtualTimes(SchedulingOptions options) {
    for (ServiceClass serviceClass : CLASSES) {
      classWeights[serviceClass.rank()] = options.rules(serviceClass).weight();
    }
  }

  /** The virtual time of demands of others; never goes back. */
  double now() {
    return tenants.now();
  }

  double classTime(int serviceClass) {
    return classTimes[serviceClass];
  }

  // ---------------------------------------------------------------- from idle to active

  void classActive(int serviceClass) {
    classTimes[serviceClass] = classes.lifted(classTimes[serviceClass]);
  }

  void tenantActive(Tenant tenant) {
    tenant.externalTime(tenants.lifted(tenant.externalTime()));
  }

  static void localClassActive(Tenant tenant, int serviceClass) {
    tenant.localClassTime(
        serviceClass, tenant.localClasses().lifted(tenant.localClassTime(serviceClass)));
  }

  static void projectActive(Project<?> project) {
    Tenant tenant = project.tenant();
    project.time(true, tenant.projectClock(true).lifted(project.time(true)));
    project.time(false, tenant.projectClock(false).lifted(project.time(false)));
  }

  // ---------------------------------------------------------------- being served

  /** Somebody of this flow is started: the clocks move on to those who are behind. */
  void served(Run.Start start, List<Tenant> active, int[] externalWaiting) {
    Tenant tenant = start.tenant();
    int chosen = start.serviceClass().rank();
    if (start.local()) {
      double least = tenant.localClassTime(chosen);
      for (int i = 0; i < CLASSES.length; i++) {
        least = tenant.waiting(i) > 0 ? Math.min(least, tenant.localClassTime(i)) : least;
      }
      tenant.localClasses().served(least);
    } else {
      double least = classTimes[chosen];
      for (int i = 0; i < CLASSES.length; i++) {
        least = externalWaiting[i] > 0 ? Math.min(least, classTimes[i]) : least;
      }
      classes.served(least);
      double leastTenant = tenant.externalTime();
      for (int i = 0; i < active.size(); i++) {
        leastTenant = Math.min(leastTenant, active.get(i).externalTime());
      }
      tenants.served(leastTenant);
    }
    double leastProject = start.project().time(start.local());
    List<Project<?>> siblings = tenant.active();
    for (int i = 0; i < siblings.size(); i++) {
      leastProject = Math.min(leastProject, siblings.get(i).time(start.local()));
    }
    tenant.projectClock(start.local()).served(leastProject);
  }

  /** A flow had so much more, or less when it is a refund, in normalized prompt tokens. */
  void charge(Run.Start start, double cost) {
    Tenant tenant = start.tenant();
    int chosen = start.serviceClass().rank();
    double ofClass = cost / classWeights[chosen];
    if (start.local()) {
      tenant.localClassTime(chosen, tenant.localClassTime(chosen) + ofClass);
    } else {
      classTimes[chosen] += ofClass;
      tenant.externalTime(tenant.externalTime() + cost / start.weight());
      tenant.competition().charged(cost);
    }
    Project<?> project = start.project();
    project.time(start.local(), project.time(start.local()) + cost);
  }
}
