package org.archipel.simulator.fleet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.archipel.scheduling.EngineProfile;
import org.archipel.scheduling.Share;
import org.archipel.simulator.fleet.scenario.OrganizationSpec;
import org.archipel.simulator.fleet.scenario.Scenario;

/**
 * What a policy may know of a scenario before it begins. Its pool hears of engines and shares as in
 * production; they are here for policies that must be made for them.
 *
 * @param engines the engines
 * @param shares what organizations may have
 * @param objective what counts as served well: an operator tells his scheduler
 */
record ScenarioPool(
    List<EngineProfile> engines, Map<String, Share> shares, Scenario.Objective objective) {
  static ScenarioPool of(Scenario scenario) {
    Map<String, Share> shares = new LinkedHashMap<>();
    for (OrganizationSpec organization : scenario.organizations()) {
      shares.put(organization.name(), organization.agreed());
    }
    List<EngineProfile> engines =
        scenario.engines().stream()
            .map(e -> new EngineProfile(e.id(), e.owner(), e.model().capacity(), e.model().speed()))
            .toList();
    return new ScenarioPool(engines, Map.copyOf(shares), scenario.objective());
  }
}
