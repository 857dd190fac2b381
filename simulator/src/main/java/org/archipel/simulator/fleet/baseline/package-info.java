/**
 * Policies of other routers, as far as their rules are public, behind the interface of our pools:
 * what a fleet would do under them.
 *
 * <p>They are here to be compared with and are never used in production. Facts about them are in
 * their projects' sources; what they cost there beyond the policy (brokers, networks) is left out.
 */
@NullMarked
package org.archipel.simulator.fleet.baseline;

import org.jspecify.annotations.NullMarked;
