package org.archipel.ledger;

import java.time.Instant;
import java.time.YearMonth;
import org.archipel.storage.Actor;

/**
 * A statement that was closed, without its content.
 *
 * @param number in sequence at the site, from 1
 * @param organization whose
 * @param month of which
 * @param closedAt when
 * @param closedBy by whom
 * @param sha256 of its document, in hexadecimal
 */
public record ClosedStatement(
    long number,
    String organization,
    YearMonth month,
    Instant closedAt,
    Actor closedBy,
    String sha256) {}
