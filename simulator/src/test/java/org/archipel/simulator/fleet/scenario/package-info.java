@NullMarked
package org.archipel.simulator.fleet.scenario;

import org.jspecify.annotations.NullMarked;
