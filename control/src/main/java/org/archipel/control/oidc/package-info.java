/**
 * What OpenID Connect providers say, and whether it is true: sign-in, logout, and what their claims
 * make of a person.
 *
 * <p>Knows no HTTP server. Blocking, except where said.
 */
@NullMarked
package org.archipel.control.oidc;

import org.jspecify.annotations.NullMarked;
