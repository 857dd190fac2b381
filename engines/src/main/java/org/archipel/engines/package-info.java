/**
 * What an engine is: its type, its models, whether it is up, what it can do.
 *
 * <p>Probing runs on virtual threads and never on an event loop. Requests of users do not pass
 * here.
 */
@NullMarked
package org.archipel.engines;

import org.jspecify.annotations.NullMarked;
