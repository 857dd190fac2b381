/**
 * How partners call each other: who calls proves it with a signed introduction, and what comes back
 * is bounded in size and time.
 *
 * <p>Knows nothing of what is exchanged.
 */
@NullMarked
package org.archipel.federation.exchange;

import org.jspecify.annotations.NullMarked;
