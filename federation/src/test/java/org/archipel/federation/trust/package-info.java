/** Tests of whom a site trusts. */
@NullMarked
package org.archipel.federation.trust;

import org.jspecify.annotations.NullMarked;
