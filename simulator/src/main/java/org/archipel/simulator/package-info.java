/**
 * Simulated engines over HTTP, and what they would take on real hardware.
 *
 * <p>Nothing here pretends: every simulated engine says that it is one.
 */
@NullMarked
package org.archipel.simulator;

import org.jspecify.annotations.NullMarked;
