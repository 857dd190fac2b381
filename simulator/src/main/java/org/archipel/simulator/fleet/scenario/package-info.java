/**
 * What a scenario of the fleet simulator is, and the reader of its YAML file.
 *
 * <p>Records only: nothing here runs a simulation. A file is hostile until it was checked; all that
 * is wrong in it is told at once, with file and line.
 */
@NullMarked
package org.archipel.simulator.fleet.scenario;

import org.jspecify.annotations.NullMarked;
