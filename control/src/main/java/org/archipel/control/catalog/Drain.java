package org.archipel.control.catalog;

import java.time.Instant;

/**
 * An engine gets no new requests.
 *
 * @param engine its id
 * @param at since when
 * @param by who wanted it, as {@code kind:id}
 */
public record Drain(String engine, Instant at, String by) {}
