/**
 * A whole fleet in virtual time, on the same {@link org.archipel.scheduling.Pool} that runs in
 * production: arrivals, engines and measurements.
 *
 * <p>One thread, no clock but the virtual one, every random number from a seed: the same scenario,
 * policy and seed give the same result to the last bit. Engines here are models of engines, and
 * what comes out is called simulated.
 */
@NullMarked
package org.archipel.simulator.fleet;

import org.jspecify.annotations.NullMarked;
