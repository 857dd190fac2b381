package org.archipel.simulator.fleet.scenario;

import java.util.List;
import java.util.OptionalDouble;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.Share;

/**
 * An organization and how it asks.
 *
 * @param name its name
 * @param agreed what it may have of others' engines
 * @param demand how much it asks for
 * @param classes shares of its requests by {@link org.archipel.scheduling.ServiceClass}, sum 1
 * @param projects over how many projects they spread evenly
 * @param routing where its requests may run
 * @param requests what they look like
 */
public record OrganizationSpec(
    String name,
    Share agreed,
    Demanding demand,
    List<Double> classes,
    int projects,
    RoutingMode routing,
    Requests requests) {

  public OrganizationSpec {
    classes = List.copyOf(classes);
  }

  /**
   * How much an organization asks for.
   *
   * @param share of the scenario's rate or trace, relative to the others' shares
   * @param ownRate requests a second, instead of a share, if given
   * @param floods when it asks for more
   * @param users people who ask again after they read the answer; 0 for independent arrivals
   * @param thinkNanos mean time between an answer and that person's next request
   */
  public record Demanding(
      double share, OptionalDouble ownRate, List<Flood> floods, int users, long thinkNanos) {
    public Demanding {
      floods = List.copyOf(floods);
    }
  }
}
