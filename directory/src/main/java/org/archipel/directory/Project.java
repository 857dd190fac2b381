package org.archipel.directory;

import java.time.Instant;
import java.util.Optional;

/**
 * An application or a team of an organization.
 *
 * @param organization the organization's name
 * @param name a slug like the organization's, unique within it
 * @param profile what is known of it
 * @param archivedAt since when it is closed: its keys are refused and it gets no new ones
 * @param createdAt to the millisecond
 * @param version 1, and one more with each change
 */
public record Project(
    String organization,
    String name,
    ProjectProfile profile,
    Optional<Instant> archivedAt,
    Instant createdAt,
    long version) {}
