/** Tests of what crosses between sites. */
@NullMarked
package org.archipel.federation.overflow;

import org.jspecify.annotations.NullMarked;
