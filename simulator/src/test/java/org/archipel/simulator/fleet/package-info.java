@NullMarked
package org.archipel.simulator.fleet;

import org.jspecify.annotations.NullMarked;
