/**
 * Requests that cross to another site: the assertion that goes with each, and who is let in with
 * one.
 *
 * <p>Knows nothing of HTTP: the server joins it to the relay.
 */
@NullMarked
package org.archipel.federation.overflow;

import org.jspecify.annotations.NullMarked;
