package org.archipel.simulator.fleet.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.Share;

/** Reads the organizations of a scenario. */
final class Organizations {
  private static final int MAX_ORGANIZATIONS = 5_000;

  private Organizations() {}

  /** By the name of their group in the file: one organization each unless it has a count. */
  static Map<String, List<OrganizationSpec>> read(Keys root, Node requests) {
    Map<String, List<OrganizationSpec>> groups = new LinkedHashMap<>();
    root.named("organizations")
        .forEach((name, group) -> groups.put(name, members(name, group, requests)));
    List<OrganizationSpec> all = groups.values().stream().flatMap(List::stream).toList();
    double sum = all.stream().mapToDouble(o -> o.demand().share()).sum();
    sum += all.stream().mapToDouble(o -> o.demand().ownRate().orElse(0)).sum();
    boolean people = all.stream().anyMatch(o -> o.demand().users() > 0);
    if (all.isEmpty() || all.size() > MAX_ORGANIZATIONS || !(sum > 0 || people)) {
      root.report(
          "organizations",
          "%d (expected: 1 to %d of them, and one at least that asks for something)"
              .formatted(all.size(), MAX_ORGANIZATIONS));
    }
    return groups;
  }

  private static List<OrganizationSpec> members(String name, Keys group, Node requests) {
    try (group) {
      int count = group.integer("count", 1, MAX_ORGANIZATIONS, 1);
      double zipf = group.number("zipf", 0, 5, 0);
      boolean absolute = group.has("rate");
      double share = group.number("share", 0, 1e6, absolute ? 0 : 1);
      double rate = group.number("rate", 0, 1e6, 0);
      OrganizationSpec first = one(name, group, requests);
      double sum = 0;
      for (int i = 1; i <= count; i++) {
        sum += Math.pow(i, -zipf);
      }
      List<OrganizationSpec> members = new ArrayList<>();
      for (int i = 1; i <= count; i++) {
        String own = count == 1 ? name : "%s-%03d".formatted(name, i);
        double part = Math.pow(i, -zipf) / sum;
        members.add(
            resized(
                first,
                own,
                share * part,
                absolute ? OptionalDouble.of(rate * part) : OptionalDouble.empty()));
      }
      return members;
    }
  }

  private static OrganizationSpec resized(
      OrganizationSpec as, String name, double share, OptionalDouble rate) {
    OrganizationSpec.Demanding demand =
        new OrganizationSpec.Demanding(
            share, rate, as.demand().floods(), as.demand().users(), as.demand().thinkNanos());
    return new OrganizationSpec(
        name, as.agreed(), demand, as.classes(), as.projects(), as.routing(), as.requests());
  }

  private static OrganizationSpec one(String name, Keys group, Node requests) {
    Share agreed =
        new Share(group.number("weight", 1e-3, 1e6, 1), group.number("contribution", 1e-3, 1e3, 1));
    OrganizationSpec.Demanding demand =
        new OrganizationSpec.Demanding(
            1,
            OptionalDouble.empty(),
            group.groups("floods").stream().map(Flood::read).toList(),
            group.integer("users", 0, 100_000, 0),
            group.nanos("think", 0.001, 5));
    Node own = Node.merge(requests, group.groupNode("requests"));
    Node.Group merged = own instanceof Node.Group g ? g : Node.Group.empty(own.line());
    return new OrganizationSpec(
        name,
        agreed,
        demand,
        classes(group.group("classes")),
        group.integer("projects", 1, 1000, 1),
        group.word("routing", RoutingMode.class, RoutingMode.ANY),
        Requests.read(new Keys(group.problems(), "requests", merged)));
  }

  /** Shares of the classes; all interactive when nothing is said. */
  private static List<Double> classes(Keys group) {
    try (group) {
      boolean any = !group.node().entries().isEmpty();
      List<Double> shares = new ArrayList<>();
      for (ServiceClass serviceClass : ServiceClass.values()) {
        double usual = !any && serviceClass == ServiceClass.INTERACTIVE ? 1 : 0;
        shares.add(group.number(serviceClass.name().toLowerCase(Locale.ROOT), 0, 1e6, usual));
      }
      double sum = shares.stream().mapToDouble(s -> s).sum();
      if (!(sum > 0)) {
        group.report("interactive", "no class (expected: a share over 0 for one of them)");
      }
      return shares.stream().map(s -> sum > 0 ? s / sum : s).toList();
    }
  }
}
