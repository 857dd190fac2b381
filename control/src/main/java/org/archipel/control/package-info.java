/**
 * The admin API of a site, on the control listener.
 *
 * <p>Handlers are blocking and run on virtual threads. Knows nothing of the relay's internals.
 */
@NullMarked
package org.archipel.control;

import org.jspecify.annotations.NullMarked;
