/**
 * Who goes next, and where: pools, demands, permits and the policy that joins them.
 *
 * <p>Pure Java: no I/O, no threads, no clock, no randomness of its own. Time comes in as
 * nanoseconds; decisions go out as values, and the caller carries them out.
 */
@NullMarked
package org.archipel.scheduling;

import org.jspecify.annotations.NullMarked;
