package org.archipel.directory;

import java.time.Instant;

/**
 * An application or a team of an organization.
 *
 * @param organization the organization's name
 * @param name a slug like the organization's, unique within it
 * @param createdAt to the millisecond
 */
public record Project(String organization, String name, Instant createdAt) {}
