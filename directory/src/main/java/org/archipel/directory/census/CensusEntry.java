package org.archipel.directory.census;

import java.time.Instant;

/**
 * An entry of the census.
 *
 * @param id by which it is removed
 * @param organization who says it
 * @param draft what it says
 * @param createdAt when it was said, to the millisecond
 * @param createdBy by whom, as {@code kind:id}
 */
public record CensusEntry(
    String id, String organization, CensusDraft draft, Instant createdAt, String createdBy) {}
