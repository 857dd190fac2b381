/**
 * Opens the database of a site, migrates it and runs transactions.
 *
 * <p>Knows no table: each room brings its own migrations and its own SQL. Nothing here runs on an
 * event loop.
 */
@NullMarked
package org.archipel.storage;

import org.jspecify.annotations.NullMarked;
