/**
 * What tests of several rooms need: databases that are new and empty.
 *
 * <p>No part of the product: other rooms name it in test scope only, and it names none of them.
 */
@NullMarked
package org.archipel.testing;

import org.jspecify.annotations.NullMarked;
