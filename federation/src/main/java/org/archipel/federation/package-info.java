/**
 * The other sites: whom this one trusts, what they offer each other, and their account of it.
 *
 * <p>Knows no HTTP server and nothing of the relay: {@code server} joins them. Everything that
 * comes from another site is hostile until it is verified.
 */
@NullMarked
package org.archipel.federation;

import org.jspecify.annotations.NullMarked;
