/** Tests of the relay. */
@NullMarked
package org.archipel.relay;

import org.jspecify.annotations.NullMarked;
