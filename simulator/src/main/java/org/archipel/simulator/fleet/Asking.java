package org.archipel.simulator.fleet;

import java.util.Set;
import java.util.SplittableRandom;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.TokenEstimate;
import org.archipel.simulator.fleet.scenario.OrganizationSpec;
import org.archipel.simulator.fleet.scenario.Requests;

/** Makes demands in the name of one organization. */
final class Asking {
  private final int index;
  private final OrganizationSpec organization;
  private final Flow[] flows;
  private final SplittableRandom random;

  Asking(int index, OrganizationSpec organization, Seeds seeds) {
    this.index = index;
    this.organization = organization;
    this.random = seeds.stream("flows", organization.name());
    ServiceClass[] classes = ServiceClass.values();
    flows = new Flow[classes.length * organization.projects()];
    for (int i = 0; i < flows.length; i++) {
      String project = "project-" + (i / classes.length + 1);
      flows[i] = new Flow(organization.name(), project, classes[i % classes.length]);
    }
  }

  Ticket ticket(long now, Ticket.Ask ask, Prefix prefix) {
    Requests requests = organization.requests();
    int limit = requests.maxTokens() == 0 ? TokenEstimate.UNLIMITED : requests.maxTokens();
    long deadline =
        requests.deadlineNanos() == 0 ? Patience.CLASS_DEADLINE : now + requests.deadlineNanos();
    int flow = flow();
    Demand demand =
        new Demand(
            flows[flow],
            new TokenEstimate(ask.prompt(), limit),
            prefix,
            organization.routing(),
            new Patience(now, deadline, Integer.MAX_VALUE),
            Set.of());
    return new Ticket(index, flow % ServiceClass.values().length, now, ask, demand);
  }

  private int flow() {
    double point = random.nextDouble();
    int classes = ServiceClass.values().length;
    int chosen = 0;
    for (int i = 0; i < classes; i++) {
      double share = organization.classes().get(i);
      if (share > 0) {
        chosen = i;
        if (point < share) {
          break;
        }
        point -= share;
      }
    }
    return random.nextInt(organization.projects()) * classes + chosen;
  }
}
