@NullMarked
package org.archipel.simulator.fleet.baseline;

import org.jspecify.annotations.NullMarked;
