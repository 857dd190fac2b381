/**
 * Load generator, neutral upstream and comparisons.
 *
 * <p>Never part of the product. Load goes to loopback only and is bounded in time.
 */
@NullMarked
package org.archipel.bench;

import org.jspecify.annotations.NullMarked;
