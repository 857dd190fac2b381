/** Joins the federation to the listener, the configuration and the metrics of this site. */
@NullMarked
package org.archipel.server.federation;

import org.jspecify.annotations.NullMarked;
