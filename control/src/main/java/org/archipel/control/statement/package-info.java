/**
 * Statements as people read them: pages and documents. Says what the ledger's statement says and
 * nothing else; reads and writes nothing.
 */
@NullMarked
package org.archipel.control.statement;

import org.jspecify.annotations.NullMarked;
