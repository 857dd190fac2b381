package org.archipel.relay;

import java.util.OptionalLong;
import java.util.Set;
import org.archipel.directory.Caller;
import org.archipel.scheduling.Demand;
import org.archipel.scheduling.Flow;
import org.archipel.scheduling.Patience;
import org.archipel.scheduling.Prefix;
import org.archipel.scheduling.RoutingMode;
import org.archipel.scheduling.ServiceClass;
import org.archipel.scheduling.TokenEstimate;

/**
 * How a request is to be scheduled: what it asked for, within what its key allows.
 *
 * @param serviceClass its class
 * @param routing where it may run
 * @param deadlineNanos how long after its arrival its first token is of use; empty when it did not
 *     say
 * @param prefix how its prompt begins
 */
record Asks(
    ServiceClass serviceClass, RoutingMode routing, OptionalLong deadlineNanos, Prefix prefix) {

  /** The same, with a deadline if the request named none. */
  Asks withDeadlineUnlessSaid(long nanos) {
    return deadlineNanos.isPresent()
        ? this
        : new Asks(serviceClass, routing, OptionalLong.of(nanos), prefix);
  }

  /**
   * The demand that goes to the pool.
   *
   * @param arrivedNanos when the request came
   * @param tokens its expected size
   */
  Demand demand(Caller caller, long arrivedNanos, TokenEstimate tokens) {
    return new Demand(
        new Flow(caller.organization(), caller.project(), serviceClass),
        tokens,
        prefix,
        routing,
        new Patience(
            arrivedNanos,
            deadlineNanos.isPresent()
                ? arrivedNanos + deadlineNanos.getAsLong()
                : Patience.CLASS_DEADLINE,
            caller.terms().queue().orElse(Integer.MAX_VALUE)),
        Set.of());
  }
}
