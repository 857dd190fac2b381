/**
 * Usage in forms that others' programs read: CSV, JSON Lines, FOCUS. Writes what the ledger gives
 * out, line by line; reads nothing itself.
 */
@NullMarked
package org.archipel.ledger.export;

import org.jspecify.annotations.NullMarked;
