/**
 * What sites tell each other every second: models, room, speed, prices. Over one stream for each
 * pair and direction, a whole picture first and then what changed.
 *
 * <p>What a partner advertises is a hint for the scheduler, never a promise that is relied on: it
 * is bounded in size, forgotten after five seconds, and dropped when the partner is no longer
 * trusted.
 */
@NullMarked
package org.archipel.federation.adverts;

import org.jspecify.annotations.NullMarked;
