/**
 * How much anybody may use: limits and budgets of organizations, projects and keys, asked by the
 * relay from memory for each request.
 *
 * <p>Nothing here writes to the database for a request: what was consumed is known from the ledger,
 * through {@link org.archipel.directory.quota.Consumption}, which this room does not name.
 */
@NullMarked
package org.archipel.directory.quota;

import org.jspecify.annotations.NullMarked;
