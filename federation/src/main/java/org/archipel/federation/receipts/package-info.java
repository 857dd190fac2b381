/**
 * What sites owe each other: receipts of the serving site, their settlement at the origin, and the
 * month's statements on which both agree.
 *
 * <p>A receipt is a claim. It counts when this site's own record says the same, and is disputed
 * otherwise; nothing is ever taken from a partner's word alone.
 */
@NullMarked
package org.archipel.federation.receipts;

import org.jspecify.annotations.NullMarked;
