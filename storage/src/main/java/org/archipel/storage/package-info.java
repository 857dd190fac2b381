/**
 * Opens the database of a site, migrates it and runs transactions.
 *
 * <p>Knows no room's tables: each brings its own migrations and its own SQL. What all rooms need is
 * here: pages of lists, and the audit log, whose entries come in the transactions of their changes.
 * Nothing here runs on an event loop.
 */
@NullMarked
package org.archipel.storage;

import org.jspecify.annotations.NullMarked;
