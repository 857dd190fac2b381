package org.archipel.directory;

import java.time.Instant;
import java.util.Optional;

/**
 * An institution.
 *
 * @param name a slug: 1 to 64 characters of {@code [a-z0-9-]}, no hyphen at either end
 * @param profile what is known of it and agreed with it
 * @param suspension why it may do nothing for now, if it may not
 * @param createdAt to the millisecond
 * @param version 1, and one more with each change
 */
public record Organization(
    String name,
    OrganizationProfile profile,
    Optional<Suspension> suspension,
    Instant createdAt,
    long version) {}
