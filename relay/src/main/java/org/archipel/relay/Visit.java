package org.archipel.relay;

import java.util.OptionalLong;
import java.util.Set;
import org.archipel.directory.Caller;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;

/**
 * A request that another site sent here, as its assertion and this site's rules say it may be
 * served: external on every engine, and never sent on.
 *
 * @param caller who is charged; its terms allow no more than the assertion
 * @param site the id of the site that sent it
 * @param request the id of that site's record of it
 * @param serviceClass its class
 * @param deadlineNanos how long its first token is of use from now on; empty when nobody said
 * @param labels what the site that serves it must have
 */
public record Visit(
    Caller caller,
    String site,
    String request,
    ServiceClass serviceClass,
    OptionalLong deadlineNanos,
    Set<String> labels) {

  /** Copies. */
  public Visit {
    labels = Set.copyOf(labels);
  }

  /** How it is scheduled, whatever its body says. */
  Asks asks(Asks said) {
    ServiceClass most = said.serviceClass();
    ServiceClass asked = serviceClass.rank() < most.rank() ? most : serviceClass;
    return new Asks(asked, RoutingMode.ANY, deadlineNanos, said.prefix());
  }
}
