/**
 * The hot path: HTTP in, engine out.
 *
 * <p>Runs on Netty event loops and never blocks: no database, no JDBC, no Armeria. Bodies stay
 * bytes; nothing of a prompt or an answer is logged or kept.
 */
@NullMarked
package org.archipel.relay;

import org.jspecify.annotations.NullMarked;
