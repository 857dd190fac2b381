/**
 * What was used: usage records, the journal that loses none of them, the store they end in.
 *
 * <p>A record is never changed once appended. No prompt, answer, key or address of a person may
 * enter a record.
 */
@NullMarked
package org.archipel.ledger;

import org.jspecify.annotations.NullMarked;
