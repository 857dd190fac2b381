/**
 * The census: what capacity organizations say they have and want. Kept, never interpreted: what is
 * measured, and how both compare, is found out elsewhere.
 */
@NullMarked
package org.archipel.directory.census;

import org.jspecify.annotations.NullMarked;
