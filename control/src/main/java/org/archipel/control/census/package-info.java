/**
 * Compares what organizations say of their capacity with what is measured of it. Reads only; writes
 * nothing.
 */
@NullMarked
package org.archipel.control.census;

import org.jspecify.annotations.NullMarked;
