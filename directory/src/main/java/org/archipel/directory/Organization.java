package org.archipel.directory;

import java.time.Instant;

/**
 * An institution.
 *
 * @param name a slug: 1 to 64 characters of {@code [a-z0-9-]}, no hyphen at either end
 * @param createdAt to the millisecond
 */
public record Organization(String name, Instant createdAt) {}
