/**
 * How other sites and the world speak to the federation over HTTP, without saying who serves it:
 * {@code server} joins these routes to the listener of the inference API.
 */
@NullMarked
package org.archipel.federation.http;

import org.jspecify.annotations.NullMarked;
