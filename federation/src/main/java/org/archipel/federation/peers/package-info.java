/**
 * A site's life with its partners, put together: adverts, receipts, settlement and statements, with
 * what keeps them going.
 *
 * <p>{@code server} builds one {@code Peers} and joins it to the listener and the pools.
 */
@NullMarked
package org.archipel.federation.peers;

import org.jspecify.annotations.NullMarked;
